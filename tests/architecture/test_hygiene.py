"""What must never be committed, and what every compiled kernel must say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import EVERYTHING, SHIPPED, python_files, shown, tracked_files, tree_of

# Put together from pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile("/(?:wo" + "rk|fa" + "rm|ro" + "ot|ho" + r"me|Us" + r"ers)/[\w.-]")
INDEX_HOSTS = re.compile("py" + r"pi\.org|python" + r"hosted\.org|registry\.n" + "pm|deb\\.deb" + "ian")
NOTES_TO_SELF = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))
SHIRKED = "|".join(("NotImplemented" + "Error", "pragma: no " + "cover", r"mark\.sk" + "ip", r"mark\.xf" + "ail"))
LEFT_OPEN = re.compile(rf"\b(?:{NOTES_TO_SELF})\b|{SHIRKED}")
RECORDED = {".svg", ".gz", ".png", ".jsonl"}
HERE = {
    *(".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "atlas_tui"),
    *("benchmarks", "constraints.txt", "core", "deploy", "docs", "pyproject.toml", "tests", "themes"),
}
"""What the project has at its top: an export or a recording that was made here is none of it."""
REQUIREMENT = re.compile(r"^[a-z0-9][a-z0-9.-]*==[^\s;]+( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, INDEX_HOSTS], ids=["machine paths", "index hosts"])
def test_no_tracked_file_names(pattern: re.Pattern[str]) -> None:
    assert list(_matches(pattern, tracked_files())) == []


def test_nothing_lies_about_at_the_top(root: Path) -> None:
    assert {path.relative_to(root).parts[0] for path in tracked_files()} <= HERE


def test_no_source_leaves_anything_open() -> None:
    assert list(_matches(LEFT_OPEN, python_files(EVERYTHING))) == []


def test_only_the_clock_adapter_asks_the_machine_for_the_time() -> None:
    asked = re.compile(r"\b(?:datetime\.now|datetime\.utcnow|time\.time|date\.today)\(")
    found = {hit.split(":")[0] for hit in _matches(asked, python_files(SHIPPED))}
    assert found <= {"core/adapters/system_clock.py"}


def test_new_york_is_named_in_one_place_of_core() -> None:
    zone = re.compile(r"America/New_" + "York")
    found = {hit.split(":")[0] for hit in _matches(zone, python_files(("core",)))}
    assert found <= {"core/domain/calendar.py"}


def test_the_constraints_are_exact_pins_with_hashes_and_nothing_else(root: Path) -> None:
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert [line for line in code if not REQUIREMENT.match(line) and not HASH.match(line)] == []
    pins = [number for number, line in enumerate(code) if REQUIREMENT.match(line)]
    assert len(pins) > 30
    assert [code[number] for number in pins if not HASH.match(code[number + 1])] == []


def test_the_constraints_pin_the_tool_chain_too(root: Path) -> None:
    text = (root / "constraints.txt").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z0-9.-]+)==", text, flags=re.MULTILINE))
    assert {"pip", "wheel", "hatchling", "editables", "tzdata", "textual", "numba", "ruff", "mypy", "pytest"} <= names


def test_the_committed_vectors_are_the_shared_ones(root: Path) -> None:
    shared = root.parent / "shared" / "strat" / "vectors.json"
    if not shared.is_file():
        pytest.skip("no shared/strat/vectors.json beside the project to compare with")
    assert (root / "tests" / "strat" / "vectors.json").read_bytes() == shared.read_bytes()


def test_every_kernel_runs_beside_the_console_and_is_compiled_once() -> None:
    kernels = list(_kernels())
    assert kernels != []
    wrong = [where for where, options in kernels if not {"nogil", "cache"} <= options]
    assert wrong == []


def _matches(pattern: re.Pattern[str], paths: tuple[Path, ...]) -> Iterator[str]:
    """`file:line text` of every match in the text files among the paths."""
    for path in paths:
        if path.suffix in RECORDED:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if pattern.search(line):
                yield f"{shown(path)}:{number} {line.strip()[:100]}"


def _kernels() -> Iterator[tuple[str, set[str]]]:
    """Every use of a numba compiler in core, as a decorator or in one, with the options that are literally True."""
    for path in python_files(("core",)):
        called = {id(node.func): node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
        for node in ast.walk(tree_of(path)):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name in {"njit", "jit", "vectorize", "guvectorize"}:
                yield f"{shown(path)}:{getattr(node, 'lineno', 0)}", _true_options(called.get(id(node)))


def _true_options(call: ast.Call | None) -> set[str]:
    """Options given as True; a compiler used bare has none."""
    return {
        keyword.arg
        for keyword in (call.keywords if call else [])
        if keyword.arg and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
    }
