"""Sizes and docstrings: files and functions stay small enough to read in one go."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import EVERYTHING, SHIPPED, functions_in, length_of, python_files, shown, tree_of

MAX_FILE = 300
MAX_FUNCTION = 45
MAX_APP_CLASS = 80
BANNED_NAMES = ("Manager", "Helper", "Utils", "Handler", "Processor")


def test_there_are_sources_to_judge() -> None:
    assert {shown(path).split("/")[0] for path in python_files(SHIPPED)} == set(SHIPPED)


def test_no_file_is_300_lines_or_longer() -> None:
    sizes = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(EVERYTHING)}
    assert {name: size for name, size in sizes.items() if size >= MAX_FILE} == {}


def test_no_function_is_longer_than_45_lines() -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name} is {length_of(node)} lines"
        for path in python_files(EVERYTHING)
        for node in functions_in(path)
        if length_of(node) > MAX_FUNCTION
    ]
    assert long == []


def test_the_app_class_fits_on_a_screen() -> None:
    apps = [
        node
        for path in python_files(("atlas_tui",))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and any(_last_name(base) == "App" for base in node.bases)
    ]
    assert apps != []
    assert {app.name: length_of(app) for app in apps if length_of(app) > MAX_APP_CLASS} == {}


def test_every_shipped_module_says_what_it_is() -> None:
    silent = [shown(path) for path in python_files(SHIPPED) if not ast.get_docstring(tree_of(path))]
    assert silent == []


def test_every_public_name_has_a_docstring() -> None:
    silent = [name for path in python_files(SHIPPED) for name in _silent_names(path)]
    assert silent == []


def test_classes_are_named_for_what_they_are() -> None:
    vague = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in python_files(SHIPPED)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(BANNED_NAMES)
    ]
    assert vague == []


def test_every_test_folder_is_a_package_and_none_is_called_core(root: Path) -> None:
    tests = root / "tests"
    folders = {path.parent for path in tests.rglob("*.py")}
    assert [shown(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []
    assert not (tests / "core").exists()


def _last_name(base: ast.expr) -> str:
    """`App` of `App`, `App[None]` and `textual.app.App`."""
    if isinstance(base, ast.Subscript):
        return _last_name(base.value)
    return base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")


def _silent_names(path: Path) -> Iterator[str]:
    """Public classes, functions and methods without a docstring; what overrides a framework's hook needs none."""
    body: list[ast.stmt] = tree_of(path).body
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{shown(path)}:{node.lineno} {node.name}"
        if isinstance(node, ast.ClassDef):
            yield from (
                f"{shown(path)}:{method.lineno} {node.name}.{method.name}"
                for method in node.body
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
                and not method.name.startswith("_")
                and not _is_overload(method)
                and not ast.get_docstring(method)
            )


def _is_overload(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(_last_name(mark) in {"overload", "setter", "override"} for mark in method.decorator_list)
