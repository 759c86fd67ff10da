"""The root of the command: help, version, and how an error is said."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_tui.cli import root as cli_root
from atlas_tui.cli.root import Atlas
from atlas_tui.cli.root import atlas as atlas_group
from tests.cli.said import Said

Run = Callable[..., Said]
HEAVY = {"numba", "llvmlite", "pandas", "numpy", "coinbase", "textual", "starlette", "uvicorn", "websockets"}


def test_help_lists_every_verb(atlas: Run) -> None:
    said = atlas("--help")
    assert said.code == 0
    assert [verb for verb in Atlas.verbs if f"  {verb} " not in said.out] == []


@pytest.mark.parametrize("verb", Atlas.verbs)
def test_every_verb_has_help_of_its_own(atlas: Run, verb: str) -> None:
    said = atlas(verb, "--help")
    assert said.code == 0
    assert f"Usage: atlas {verb}" in said.out


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["config", "path"]])
def test_what_needs_little_imports_little(root: Path, arguments: list[str]) -> None:
    program = (
        "import json, sys\nfrom atlas_tui.__main__ import main\n"
        "sys.argv = ['atlas', *json.loads(sys.argv[1])]\nmain()\n"
        "sys.stderr.write(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(arguments)], cwd=root, capture_output=True, text=True, check=True
    )
    assert set(json.loads(done.stderr)) & HEAVY == set()


def test_the_version_is_one_line(atlas: Run) -> None:
    said = atlas("--version")
    assert (said.code, said.out.split()[0], len(said.out.splitlines())) == (0, "atlas", 1)


def test_an_unknown_verb_is_a_usage_error(atlas: Run) -> None:
    said = atlas("trade")
    assert said.code == 2
    assert "No such command 'trade'" in said.err


def test_an_unknown_option_is_a_usage_error(atlas: Run) -> None:
    assert atlas("status", "--colour").code == 2


@pytest.mark.parametrize("arguments", [[], ["demo"]])
def test_a_console_without_a_terminal_names_the_desk_without_a_screen(spawn: Run, arguments: list[str]) -> None:
    said = spawn(*arguments)
    assert said.code == 2
    assert "needs a terminal" in said.sentence
    assert "atlas run" in said.sentence


def test_a_foreign_core_is_refused_before_anything_else(tmp_path: Path, root: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("", encoding="utf-8")
    program = f"import sys; sys.path.append({str(root)!r}); from atlas_tui.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "is not ATLAS's" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unexpected_error_is_one_line_without_locals(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        secret = "hunter2"
        raise RuntimeError(f"something {len(secret)} broke")

    monkeypatch.setattr(atlas_group, "main", broken)
    with pytest.raises(RuntimeError) as caught:
        cli_root.main([])
    sys.excepthook(caught.type, caught.value, caught.tb)
    said = capfd.readouterr().err
    assert "stopped by an error of its own: RuntimeError: something 7 broke (test_root.py:" in said
    assert "hunter2" not in said
    assert len(said.splitlines()) == 1


def test_a_closed_pipe_is_quiet(root: Path) -> None:
    command = f"{sys.executable} -m atlas_tui config show | head -c 1"
    done = subprocess.run(["sh", "-c", command], cwd=root, capture_output=True, text=True)
    assert done.stderr == ""
