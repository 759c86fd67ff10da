"""What is imported before the first frame is on the screen: a start costs what it imports."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal

_LISTING = """
import importlib, json, sys
from pathlib import Path

out, load = Path(sys.argv.pop(1)), importlib.import_module

def listed(name, package=None):
    if name == "atlas_tui.cli.asked":
        out.write_text(json.dumps(sorted(sys.modules)))
    return load(name, package)

importlib.import_module = listed
sys.exit(load("atlas_tui.__main__").main())
"""
"""Runs the command, and lists its modules when it asks for what comes behind the first frame."""

_NAMES = """
    atlas_tui atlas_tui.__main__ atlas_tui.arrangement atlas_tui.crash atlas_tui.formats atlas_tui.lines
    atlas_tui.messages atlas_tui.meter atlas_tui.outlet atlas_tui.plain atlas_tui.shell atlas_tui.sixteen
    atlas_tui.tabs atlas_tui.terminal atlas_tui.theme_choice atlas_tui.theming
    atlas_tui.cli atlas_tui.cli.common atlas_tui.cli.console atlas_tui.cli.ending atlas_tui.cli.glance
    atlas_tui.cli.heap atlas_tui.cli.lazy atlas_tui.cli.logs atlas_tui.cli.root
    atlas_tui.cli.saying
    atlas_tui.screens atlas_tui.screens.opening
    atlas_tui.widgets atlas_tui.widgets.brand atlas_tui.widgets.brush atlas_tui.widgets.lines
    atlas_tui.widgets.strip_shape atlas_tui.widgets.table_rows
    core core.adapters core.adapters.state_dir core.config core.config.places core.config.words
    core.domain core.domain.ends core.domain.errors core.domain.link core.domain.text
    themes
"""
OURS = frozenset(_NAMES.split())
"""Ours that may be loaded by then. A new one needs a reason to be here, and about a millisecond of every start."""

OTHERS = {"click", "msgspec", "platformdirs", "pygments", "rich", "textual", "tomli", "typing_extensions"}
"""Third parties that may be loaded by then."""


@pytest.fixture(scope="module")
def loaded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules of a console whose first frame is on the screen."""
    folder = tmp_path_factory.mktemp("start")
    venue = ("--rest", "http://127.0.0.1:9", "--ws", "ws://127.0.0.1:9")
    program = ("-c", _LISTING, str(folder / "modules"))
    with Terminal(root, *venue, "--state-dir", folder / "state", program=program) as terminal:
        terminal.wait_for("keys you press now are kept")
        terminal.wait_for("No signals yet")
        terminal.press("\x03")
        assert terminal.wait() == 0
    return frozenset(json.loads((folder / "modules").read_text()))


def test_the_first_frame_needs_no_more_of_ours_than_is_listed(loaded: frozenset[str]) -> None:
    ours = {name for name in loaded if name.split(".")[0] in ("atlas_tui", "core", "themes")}
    assert ours - OURS == set()
    assert OURS - ours == set()


def test_the_first_frame_needs_few_others(loaded: frozenset[str]) -> None:
    tops = {name.split(".")[0] for name in loaded}
    others = {name for name in tops if name not in sys.stdlib_module_names and not name.startswith(("_", "atlas"))}
    assert {name for name in others if "mypyc" not in name} - {"core", "themes", "sitecustomize"} - OTHERS == set()


def test_the_first_frame_needs_no_widget_but_its_own(loaded: frozenset[str]) -> None:
    assert {f"textual.widgets._{name}" for name in ("data_table", "markdown", "text_area")} & loaded == set()
    assert {
        "sqlite3",
        "csv",
        "logging.handlers",
        "zoneinfo",
        "importlib.metadata",
        "importlib.resources",
    } & loaded == set()


@pytest.mark.parametrize("text", ["[ui]\nfps = 1000", "nonsense = 1"])
def test_settings_that_are_refused_end_the_console_with_their_sentence(text: str, root: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text)
    with Terminal(root, "--config", config, "--state-dir", tmp_path / "state") as terminal:
        assert terminal.wait() == 2
        assert terminal.restored
    assert f"atlas: {config}, line {len(text.splitlines())}: " in terminal.text
