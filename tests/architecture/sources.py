"""The project's own Python files, parsed once for the tests of this folder."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ("core", "atlas_tui", "themes")
EVERYTHING = (*SHIPPED, "tests", "benchmarks")

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def python_files(folders: tuple[str, ...]) -> tuple[Path, ...]:
    """Every .py file under the folders, sorted."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions_in(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file, nested ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, type_of_function):
            yield node


def length_of(node: ast.stmt) -> int:
    """Lines from the first to the last, decorators not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def shown(path: Path) -> str:
    """The path as a reader of the project knows it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file git knows of, or every file of the folders where there is no repository (an unpacked archive)."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        names = [ROOT / name for name in listing.stdout.split("\0") if name]
        return tuple(path for path in names if path.is_file())
    loose = [path for path in ROOT.iterdir() if path.is_file()]
    nested = [path for folder in EVERYTHING for path in (ROOT / folder).rglob("*") if path.is_file()]
    return tuple(path for path in (*loose, *nested) if "__pycache__" not in path.parts)
