"""Lines for systemd's journal: their loudness before them, their time left to it, no colour in them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from atlas_tui.cli.saying import marked, reaches_journal
from core.domain.events import Level
from tests.cli.processes import Child


def test_a_line_is_marked_only_where_the_journal_itself_reads_it(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as journal, (tmp_path / "file").open("w") as file:
        info = os.fstat(journal.fileno())
        environ = {"JOURNAL_STREAM": f"{info.st_dev}:{info.st_ino}"}
        assert reaches_journal(journal, environ)
        assert not reaches_journal(file, environ)
        assert not reaches_journal(journal, {})


def test_warnings_and_errors_are_loud_and_the_rest_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "journal").open("w") as journal:
        info = os.fstat(journal.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{info.st_dev}:{info.st_ino}")
        said = [marked("text", level, journal) for level in Level]
    assert said == ["text", "text", "<4>text", "<3>text"]


def test_a_refused_start_is_one_loud_line(root: Path, tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w+") as journal:
        info = os.fstat(journal.fileno())
        command = [sys.executable, "-m", "atlas_tui", "run", "--rest", "http://example.com"]
        environ = {**os.environ, "JOURNAL_STREAM": f"{info.st_dev}:{info.st_ino}"}
        subprocess.run(command, cwd=root, env=environ, stdout=journal, stderr=journal, check=False, timeout=60)
        journal.seek(0)
        lines = journal.read().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("<3>atlas: ")


def test_a_desk_of_a_service_writes_lines_without_a_time_of_their_own(root: Path, tmp_path: Path) -> None:
    heard, said = os.pipe()
    info = os.fstat(said)
    with Child(root, "exchange", "--speed", 60) as exchange:
        where = exchange.json()
        command = [sys.executable, "-m", "atlas_tui", "run", "--rest", where["rest"], "--ws", where["ws"]]
        environ = {**os.environ, "JOURNAL_STREAM": f"{info.st_dev}:{info.st_ino}", "FORCE_COLOR": "1"}
        desk = subprocess.Popen(command, cwd=root, env=environ, stdout=said, stderr=said)
        os.close(said)
        try:
            with os.fdopen(heard, encoding="utf-8") as journal:
                lines = [next(journal) for _ in range(4)]
        finally:
            desk.terminate()
            desk.wait(20)
    assert lines[0] == "ready\n"
    assert [line for line in lines[2:] if not line.startswith("info ")] == []
    assert "\x1b" not in "".join(lines)
