"""The root of the command: help, version, and how an error is said."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from atlas_tui.cli import root as cli_root
from atlas_tui.cli.examples import EXAMPLES
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


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every verb that does something, with its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_verb_ends_its_help_with_examples_that_parse_and_with_its_exit_codes() -> None:
    told = dict(commands(atlas_group))
    assert {" ".join(path) for path in told} == set(EXAMPLES)
    for path, command in told.items():
        epilog = command.epilog or ""
        assert "Exit code:\n  0 " in epilog
        for example in EXAMPLES[" ".join(path)]:
            words = shlex.split(example.format(*path).partition(" > ")[0])
            at = words.index("atlas") + 1
            named = tuple(words[at : at + len(path)])
            if named == path:
                command.make_context(path[-1], words[at + len(path) :], parent=click.Context(atlas_group)).close()
            else:
                assert any(tuple(words[at : at + len(other)]) == other for other in told), example


def completed(root: Path, words: str, shell: str = "bash") -> tuple[list[str], set[str]]:
    """What the shell is offered behind these words, and what was imported for it."""
    program = (
        "import atexit, json, sys\nfrom atlas_tui.__main__ import main\nsys.argv = ['atlas']\n"
        "atexit.register(lambda: sys.stderr.write(json.dumps(sorted(sys.modules))))\nmain()"
    )
    asked = {"_ATLAS_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, env={**os.environ, **asked}
    )
    assert done.returncode == 0
    return done.stdout.splitlines(), {name.split(".")[0] for name in json.loads(done.stderr)}


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("atlas al", ["plain,alerts"]),
        ("atlas alerts re", ["plain,retry"]),
        ("atlas run --st", ["plain,--state-dir"]),
        ("atlas trades --format c", ["plain,csv"]),
        ("atlas --pre", ["plain,--preset"]),
    ],
)
def test_a_shell_completes_verbs_options_and_values_without_what_is_slow(
    root: Path, words: str, offered: list[str]
) -> None:
    told, imported = completed(root, words)
    assert (told, imported & HEAVY - {"websockets"}) == (offered, set())


def test_a_shell_is_offered_every_verb_with_its_line_and_none_is_imported_for_it(root: Path) -> None:
    told, imported = completed(root, "atlas ", "zsh")
    assert told[1::3] == list(Atlas.verbs)
    assert told[2::3] == [line for _, line in Atlas.verbs.values()]
    assert imported & HEAVY == set()


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


def test_the_line_of_the_documentation_makes_bash_complete(root: Path) -> None:
    lines = (root / "docs" / "install.md").read_text(encoding="utf-8").splitlines()
    (line,) = [line.partition("#")[0].strip() for line in lines if "bash_source" in line]
    assert line in (cli_root.atlas.epilog or "")
    asked = "COMP_WORDS=(atlas lev); COMP_CWORD=1; _atlas_completion atlas; echo ${COMPREPLY[@]}"
    script = f"{line}\n{asked}\ncomplete -p atlas"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=root, capture_output=True, text=True, env={**os.environ, "PATH": path}
    )
    assert done.stdout.split("\n")[:2] == ["leverage", "complete -o nosort -F _atlas_completion atlas"], done.stderr


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
