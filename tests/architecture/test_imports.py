"""What importing one part may pull in, asked of a fresh interpreter."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import python_files, shown, tree_of


def _loaded_after(statement: str, root: Path) -> set[str]:
    """Top-level modules in a new interpreter after the statement."""
    program = (
        f"import json, sys\n{statement}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", ["core.session", "core.trading.desk", "core.config", "core.ports"])
def test_the_desk_never_sees_a_terminal(module: str, root: Path) -> None:
    loaded = _loaded_after(f"import {module}", root)
    assert "core" in loaded
    assert loaded & {"textual", "rich", "atlas_tui"} == set()


@pytest.mark.parametrize("module", ["atlas_tui.app", "atlas_tui.__main__", "atlas_tui.cli.root"])
def test_the_first_paint_waits_for_no_heavy_import(module: str, root: Path) -> None:
    loaded = _loaded_after(f"import {module}", root)
    assert "atlas_tui" in loaded
    assert loaded & {"pandas", "numba", "llvmlite", "coinbase", "distributed", "plotly", "pyarrow"} == set()


def test_the_ground_floor_needs_the_standard_library_only(root: Path) -> None:
    plain = _loaded_after("pass", root)
    loaded = _loaded_after("import core.trading.desk, core.domain.policy", root) - plain - {"core"}
    assert {name for name in loaded if name not in sys.stdlib_module_names and not name.startswith("_")} == set()


def test_core_is_the_one_of_this_distribution(root: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import core; print(core.DISTRIBUTION)"], cwd=root, capture_output=True, text=True
    )
    assert run.stdout.strip() == "atlas-tui"


def test_only_the_command_line_reaches_past_the_session() -> None:
    allowed = {"domain", "ports", "session", "config", "research"}
    reached = {
        f"{shown(path)} imports core.{part}"
        for path in python_files(("atlas_tui",))
        if "cli" not in path.parts
        for part in _parts_of_core(path)
        if part not in allowed
    }
    assert reached == set()


def _parts_of_core(path: Path) -> set[str]:
    """`session` for `import core.session`, `from core.session import x` and `from core import session`."""
    parts: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            parts |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("core.")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "core":
            module = (node.module or "").split(".")
            parts |= {module[1]} if len(module) > 1 else {alias.name for alias in node.names}
    return parts - {"DISTRIBUTION"}
