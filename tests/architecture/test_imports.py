"""What importing one part may pull in, asked of a fresh interpreter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


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


@pytest.mark.parametrize("module", ["atlas_tui.app", "atlas_tui.__main__"])
def test_the_first_paint_waits_for_no_heavy_import(module: str, root: Path) -> None:
    loaded = _loaded_after(f"import {module}", root)
    assert "atlas_tui" in loaded
    assert loaded & {"pandas", "numba", "llvmlite", "coinbase"} == set()


def test_the_ground_floor_needs_the_standard_library_only(root: Path) -> None:
    plain = _loaded_after("pass", root)
    loaded = _loaded_after("import core.trading.desk, core.domain.policy", root) - plain - {"core"}
    assert {name for name in loaded if name not in sys.stdlib_module_names and not name.startswith("_")} == set()


def test_core_is_the_one_of_this_distribution(root: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import core; print(core.DISTRIBUTION)"], cwd=root, capture_output=True, text=True
    )
    assert run.stdout.strip() == "atlas-tui"
