"""The lines typed after `:` are remembered."""

from pathlib import Path

from atlas_tui.history import KEPT, History


def test_lines_are_there_again_after_a_restart(tmp_path: Path) -> None:
    first = History(tmp_path / "history")
    for line in ("take 3", "take 3", "go eth 1d"):
        first.add(line)
    again = History(tmp_path / "history")
    assert [again.older(), again.older(), again.older()] == ["go eth 1d", "take 3", "take 3"]
    assert [again.newer(), again.newer()] == ["go eth 1d", ""]
    assert (tmp_path / "history").stat().st_mode & 0o777 == 0o600


def test_an_empty_history_has_nothing_to_give() -> None:
    assert (History().older(), History().newer()) == ("", "")


def test_only_the_newest_lines_are_kept(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    for number in range(KEPT + 5):
        history.add(f"note {number}")
    assert len((tmp_path / "history").read_text().splitlines()) == KEPT


def test_a_place_that_cannot_be_written_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = History(tmp_path / "file" / "history")
    history.add("take 3")
    assert history.older() == "take 3"


def test_what_steers_a_terminal_never_comes_back(tmp_path: Path) -> None:
    (tmp_path / "history").write_bytes(b"take\x1b[2J 3\n\xff\xfe\n")
    assert "\x1b" not in History(tmp_path / "history").older()
