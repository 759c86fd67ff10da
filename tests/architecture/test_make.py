"""`make` on a machine that lacks something: one sentence that names the package, and no success."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NEW_ENOUGH = "exit 0"
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac; exit 0'
TOO_OLD = "exit 1"


def _machine(folder: Path, programs: dict[str, str]) -> Path:
    """A folder for PATH with a shell and only these programs, each a shell script."""
    shell = shutil.which("sh")
    assert shell is not None
    (folder / "sh").symlink_to(shell)
    for name, body in programs.items():
        program = folder / name
        program.write_text(f"#!{shell}\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
    return folder


def _make_on(machine: Path, root: Path) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make")
    assert make is not None, "the suite is started by make"
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        [make, "--no-print-directory", "preflight", f"VENV={machine / 'no-venv'}"],
        cwd=root,
        env=environment | {"PATH": str(machine)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("programs", "package"),
    [
        ({}, "git"),
        ({"git": ""}, "python3 (3.11 or newer)"),
        ({"git": "", "python3": TOO_OLD}, "python3 (3.11 or newer)"),
        ({"git": "", "python3": WITHOUT_VENV}, "python3-venv"),
        ({"git": "", "python3": TOO_OLD, "python3.12": WITHOUT_VENV}, "python3.12-venv"),
    ],
    ids=["no git", "no python", "old python", "no venv", "no venv for the newer python"],
)
def test_make_names_the_missing_package(programs: dict[str, str], package: str, tmp_path: Path, root: Path) -> None:
    run = _make_on(_machine(tmp_path, programs), root)
    sentences = [line for line in run.stderr.splitlines() if not line.startswith("make")]
    assert run.returncode != 0
    assert len(sentences) == 1
    assert sentences[0].endswith(f"please install the package {package}.")


@pytest.mark.parametrize("name", ["python3", "python3.13", "python3.12", "python3.11"])
def test_make_takes_any_python_that_is_new_enough(name: str, tmp_path: Path, root: Path) -> None:
    run = _make_on(_machine(tmp_path, {"git": "", "python3": TOO_OLD, name: NEW_ENOUGH}), root)
    assert (run.returncode, run.stderr) == (0, "")


def test_continuous_integration_can_start(root: Path) -> None:
    assert os.access(root / ".ci" / "run", os.X_OK)
