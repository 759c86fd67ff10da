"""The table of `make bench`: ratios, verdicts, what is missing, what is kept. Nothing is timed here."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers import install
from benchmarks.rows import ROWS, row
from benchmarks.table.line import Line, Verdict, at_least, at_most, exit_code
from benchmarks.table.peer import MissingPeer, Peer
from benchmarks.table.printing import number, table
from benchmarks.table.results import COLUMNS, values
from benchmarks.table.rounds import interleaved
from benchmarks.table.run import Run

OURS = Line("A1", "a scan", "ns", 2.0)
BESIDE = replace(OURS, peer="a copy 1.0", theirs=8.0)


def test_a_line_with_a_peer_is_judged_by_the_ratio_and_not_by_the_time() -> None:
    assert BESIDE.ratio == 0.25
    assert replace(BESIDE, target=at_most(0.25)).verdict is Verdict.MET
    assert replace(BESIDE, target=at_most(0.24)).verdict is Verdict.MISSED


def test_a_line_may_be_judged_by_how_many_times_as_fast_it_is() -> None:
    faster = replace(BESIDE, inverse=True)
    assert faster.ratio == 4.0
    assert replace(faster, target=at_least(4)).verdict is Verdict.MET
    assert replace(faster, target=at_least(4.1)).verdict is Verdict.MISSED


def test_a_line_that_stands_alone_is_judged_by_its_figure() -> None:
    assert replace(OURS, target=at_most(2)).verdict is Verdict.MET
    assert replace(OURS, target=at_least(3)).verdict is Verdict.MISSED


def test_what_could_not_be_measured_is_never_met() -> None:
    alone = replace(OURS, ours=None)
    assert alone.verdict is Verdict.UNKNOWN
    missing = replace(OURS, peer="TA-Lib", target=at_least(10), note="cannot be installed: no wheel")
    assert missing.verdict is Verdict.UNKNOWN
    assert replace(OURS, ours=float("nan"), target=at_most(5)).verdict is Verdict.MISSED


def test_a_peer_that_is_only_told_of_may_be_missing() -> None:
    assert replace(OURS, peer="TA-Lib").verdict is Verdict.TOLD


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([replace(OURS, target=at_most(3)), OURS], 0),
        ([replace(OURS, target=at_most(3)), replace(OURS, target=at_most(1))], 1),
        ([replace(OURS, target=at_most(3)), replace(OURS, peer="gone", target=at_most(1))], 1),
        ([], 1),
    ],
    ids=["all met", "one missed", "one not measured", "nothing measured"],
)
def test_the_exit_code_tells_whether_every_target_was_met(lines: list[Line], code: int) -> None:
    assert exit_code(lines) == code


@given(st.floats(0.001, 1e6), st.floats(0.001, 1e6), st.booleans())
def test_better_by_is_one_or_more_exactly_where_the_target_is_met(value: float, limit: float, most: bool) -> None:
    target = at_most(limit) if most else at_least(limit)
    assert (target.share(value) >= 1) == target.holds(value)


def test_nothing_at_all_where_nothing_is_allowed_is_as_good_as_it_gets() -> None:
    assert at_most(0).holds(0.0)
    assert at_most(0).share(0.0) == float("inf")


def test_every_work_of_a_round_is_done_once_a_round_and_the_first_round_is_not_counted() -> None:
    done: list[str] = []
    takes = {"a": iter([9.0, 1.0, 5.0, 3.0]), "b": iter([0.0, 7.0, 7.0, 8.0])}

    def work(name: str) -> float:
        done.append(name)
        return next(takes[name])

    found = interleaved({"a": lambda: work("a"), "b": lambda: work("b")}, 3)
    assert done == ["a", "b"] * 4
    assert found == {"a": 3.0, "b": 7.0}


def test_the_table_says_beside_a_line_why_its_peer_is_missing() -> None:
    missing = replace(OURS, peer="TA-Lib", target=at_least(10), note="not installed: make bench-peers")
    head, line, note = table([missing])
    assert "to reach" in head
    assert line.split() == ["A1", "a", "scan", "2", "ns", "TA-Lib", "-", ">=", "10x", "NOT", "MEASURED"]
    assert note.strip() == "not installed: make bench-peers"


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (1234.6, "1,235"), (12.34, "12.3"), (0.4567, "0.457"), (0.0, "0")]
)
def test_numbers_have_three_digits_that_count(value: float | None, text: str) -> None:
    assert number(value) == text


def test_what_is_kept_of_a_line_has_every_column_and_survives_json() -> None:
    kept = values(replace(BESIDE, target=at_most(0.5)))
    assert tuple(kept) == COLUMNS
    assert (kept["better_by"], kept["verdict"], kept["ratio_of"]) == (2.0, "met", "ours to theirs")
    assert json.loads(json.dumps(kept)) == kept


def test_what_is_kept_is_plain_json_whatever_was_measured() -> None:
    nothing = values(replace(OURS, ours=0.0, target=at_most(0)))
    assert (nothing["better_by"], nothing["verdict"]) == (1000.0, "met")
    lost = values(replace(OURS, ours=float("nan"), target=at_most(5)))
    assert (lost["ours"], lost["better_by"], lost["verdict"]) == (None, None, "NOT MET")


def test_a_peer_that_could_not_be_installed_says_why_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "ENVIRONMENTS", tmp_path)
    assert install.why_absent("talib") == "not installed: make bench-peers"
    (tmp_path / "talib").mkdir()
    (tmp_path / "talib" / "atlas-failed").write_text("cannot be installed: no wheel")
    with Run(quick=True) as run, pytest.raises(MissingPeer, match="no wheel"):
        run.peer("talib")


def test_a_peer_answers_what_it_is_asked_and_says_what_it_cannot_do() -> None:
    with Peer("echo") as peer:
        assert peer.called("an echo") == "echo 1, an echo"
        assert peer.ask("same", text="hello")["found"] == "hello"
        with pytest.raises(MissingPeer, match="echo failed: ValueError: no"):
            peer.ask("fail")
        assert peer.ask("same", text="again")["found"] == "again"


def test_every_row_has_a_function() -> None:
    assert all(callable(row(name)) for name in ROWS)


def test_every_environment_is_pinned_with_hashes() -> None:
    assert install.named()
    for name in install.named():
        lines = install.requirements_of(name).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert all("==" in line and line.endswith("\\") for line in pins), name
        assert (install.requirements_of(name).with_suffix(".in")).exists()


def test_the_kept_results_are_of_whole_lines() -> None:
    for file in sorted((Path(install.HERE).parent / "results").glob("*.csv")):
        with file.open(encoding="utf-8") as held:
            assert {tuple(each) for each in csv.DictReader(held)} == {COLUMNS}
