"""The container file, read: what it copies is there, what it installs is held against hashes, what runs is not root."""

import re
from pathlib import Path

import pytest


@pytest.fixture
def steps(root: Path) -> list[str]:
    """Its instructions, each on one line, without comments."""
    text = (root / "deploy" / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [step for step in "\n".join(lines).replace("\\\n", " ").splitlines() if step.strip()]


def test_all_it_copies_of_the_project_is_there(steps: list[str], root: Path) -> None:
    copied = [step.split()[1:-1] for step in steps if step.startswith("COPY ") and "--from=" not in step]
    assert copied
    assert [path for paths in copied for path in paths if not (root / path).exists()] == []


def test_every_package_is_held_against_its_hash_or_is_of_our_own_building(steps: list[str]) -> None:
    installs = [part for step in steps for part in step.split("&&") if "pip install" in part]
    assert len(installs) >= 4
    assert [part for part in installs if not re.search(r"--require-hashes|--no-index", part)] == []
    assert "://" not in "\n".join(steps)


def test_what_runs_is_a_user_without_a_shell_and_never_root(steps: list[str]) -> None:
    last = max(number for number, step in enumerate(steps) if step.startswith("FROM "))
    users = [step.split()[1] for step in steps[last:] if step.startswith("USER ")]
    assert users == ["atlas"]
    assert "nologin atlas" in next(step for step in steps if "useradd" in step)
    assert [step for step in steps if step.startswith("ENTRYPOINT")] == ['ENTRYPOINT ["atlas"]']
