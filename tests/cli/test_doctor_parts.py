"""The parts of `atlas doctor` that need no machine to go wrong: each from what is told to what is found."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from atlas_tui.cli.doctor.examining import LIMIT_S, examine
from atlas_tui.cli.doctor.finding import Case, Finding, Verdict, well
from atlas_tui.cli.doctor.service import look_at_api
from atlas_tui.cli.doctor.terminal import colours, tmux_findings
from atlas_tui.cli.doctor.venue import clock_finding, look_at_rest
from core.adapters.state_dir import StateDir
from core.config import load_settings


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A machine with the default settings."""
    return Case(tmp_path / "config.toml", StateDir(tmp_path / "desk"), load_settings(), environ={})


async def test_a_check_that_breaks_or_hangs_takes_no_other_down(case: Case) -> None:
    let_go = threading.Event()

    def breaks(case: Case) -> Sequence[Finding]:
        raise LookupError("no such\nthing")

    def hangs(case: Case) -> Sequence[Finding]:
        let_go.wait(60)
        return ()

    looks = {"breaks": breaks, "hangs": hangs, "stands": lambda case: (well("stands", "it does"),)}
    found = await examine(looks, case, limit_s=0.2)
    let_go.set()
    assert [(one.name, one.verdict) for one in found] == [
        ("breaks", Verdict.FAIL),
        ("hangs", Verdict.FAIL),
        ("stands", Verdict.OK),
    ]
    assert found[0].found == "the check itself broke: LookupError: no such thing"
    assert found[1].found == "no answer within 0.2 s"
    assert all(one.cure for one in found[:2])
    assert LIMIT_S < 9


@pytest.mark.parametrize(
    ("skew_s", "verdict"),
    [(0.3, Verdict.OK), (-1.9, Verdict.OK), (2.5, Verdict.WARN), (-9.0, Verdict.WARN), (-40.0, Verdict.FAIL)],
)
def test_a_clock_that_is_off_is_a_warning_and_one_that_makes_prices_stale_a_failure(
    skew_s: float, verdict: Verdict
) -> None:
    found = clock_finding(skew_s, loopback=False)
    assert found.verdict is verdict
    assert f"{skew_s:+.1f} s" in found.found
    assert ("timedatectl" in found.cure) is (verdict is not Verdict.OK)


def test_a_venue_on_this_machine_sets_the_clock() -> None:
    assert clock_finding(1e6, loopback=True).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("environ", "verdict", "said"),
    [
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, Verdict.OK, "24 bit"),
        ({"TERM": "xterm-256color"}, Verdict.WARN, "256"),
        ({"TERM": "linux"}, Verdict.WARN, "16"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Verdict.OK, "none"),
    ],
)
def test_colours_are_told_from_what_the_terminal_says(environ: dict[str, str], verdict: Verdict, said: str) -> None:
    found = colours(environ)
    assert (found.verdict, found.found.startswith(said)) == (verdict, True)


def test_a_tmux_that_is_set_up_is_left_in_peace() -> None:
    options = (
        'escape-time 20\ndefault-terminal "tmux-256color"\nfocus-events on\n'
        "terminal-features[0] xterm*:clipboard\nterminal-features[1] *:RGB"
    )
    assert [one.verdict for one in tmux_findings(options)] == [Verdict.OK]


def test_the_tmux_block_that_ships_leaves_nothing_to_be_wished_for(root: Path, tmp_path: Path) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("no tmux on this machine to read the block")
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", str(root / "deploy" / "tmux.conf")]
    command = [*tmux, "start-server", ";", "show-options", "-s"]
    run = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"], "TERM": "xterm"})
    assert run.stderr == ""
    assert [one.verdict for one in tmux_findings(run.stdout)] == [Verdict.OK]


def test_every_option_of_tmux_that_hurts_is_named_with_the_line_that_cures_it() -> None:
    options = "escape-time 500\ndefault-terminal screen\nfocus-events off\nterminal-features[0] xterm*:title"
    assert [one.cure for one in tmux_findings(options)] == [
        "set -s escape-time 20",
        "set -s default-terminal tmux-256color",
        "set -as terminal-features ',*:RGB'",
        "set -s focus-events on",
    ]


def _with_api(case: Case, **changed: Any) -> Case:
    assert case.settings is not None
    api = msgspec.structs.replace(case.settings.api, **{"enabled": True, **changed})
    return replace(case, settings=replace(case.settings, api=api))


def _said(case: Case) -> tuple[Verdict, str]:
    (found,) = look_at_api(case)
    return found.verdict, f"{found.found} / {found.cure}"


def test_an_interface_that_others_reach_is_told_of(case: Case) -> None:
    verdict, said = _said(_with_api(case, host="0.0.0.0"))
    assert (verdict, "reached from other machines" in said, "ssh -L" in said) == (Verdict.FAIL, True, True)
    verdict, said = _said(_with_api(case, host="0.0.0.0", expose=True))
    assert (verdict, "needs a token of yours" in said) == (Verdict.FAIL, True)
    guarded = replace(_with_api(case, host="0.0.0.0", expose=True), environ={"ATLAS_API_TOKEN": "x" * 32})
    assert _said(guarded)[0] is Verdict.WARN
    assert _said(_with_api(case, host="0.0.0.0", enabled=False)) == (Verdict.OK, "off / ")


def test_a_token_that_is_no_secret_is_told_of(case: Case, tmp_path: Path) -> None:
    token = tmp_path / "token"
    named = _with_api(case, port=_free_port(), token_file=str(token))
    assert _said(named)[0] is Verdict.FAIL
    token.write_text("x" * 40, encoding="utf-8")
    token.chmod(0o644)
    assert f"chmod 600 {token}" in _said(named)[1]
    token.chmod(0o600)
    assert _said(named)[0] is Verdict.OK
    token.write_text("short", encoding="utf-8")
    verdict, said = _said(named)
    assert (verdict, "shorter than 32 bytes" in said, "openssl rand" in said) == (Verdict.FAIL, True, True)


def test_a_token_of_the_desks_own_that_others_read_is_told_of(case: Case) -> None:
    case.state.root.mkdir()
    token = case.state.root / "api.token"
    token.write_text("x" * 40, encoding="utf-8")
    token.chmod(0o644)
    verdict, said = _said(_with_api(case, port=_free_port()))
    assert (verdict, f"chmod 600 {token}" in said) == (Verdict.FAIL, True)


def test_a_port_that_another_program_has_is_told_of(case: Case) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        verdict, said = _said(_with_api(case, port=other.getsockname()[1]))
    assert (verdict, "taken by another program" in said) == (Verdict.FAIL, True)
    assert _said(_with_api(case, port=_free_port()))[0] is Verdict.OK


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port: int = gone.getsockname()[1]
        return port


def test_what_depends_on_refused_settings_is_not_guessed(case: Case) -> None:
    refused = replace(case, settings=None, refusal="line 3: unknown key")
    assert [one.verdict for one in (*look_at_rest(refused), *look_at_api(refused))] == [Verdict.WARN, Verdict.WARN]
