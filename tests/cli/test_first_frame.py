"""What is imported before the first frame is there, and before the strip is on it: a start costs what it imports."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from core.domain.facts import DeskStarted, SignalFound
from core.domain.oversight import PersonSeen
from tests.adapters.judged import write
from tests.adapters.ledger_story import NOON, a_day, a_signal
from tests.cli.terminal import Terminal

_LISTING = """
import importlib, json, sys
from pathlib import Path

out, load = Path(sys.argv.pop(1)), importlib.import_module

def listed(name, package=None):
    if name in ("atlas_tui.cli.since", "atlas_tui.cli.asked"):
        (out / name).write_text(json.dumps(sorted(sys.modules)))
    return load(name, package)

importlib.import_module = listed
sys.exit(load("atlas_tui.__main__").main())
"""
"""Runs the command, and lists its modules when it asks for the strip on the first frame, and for what is behind it."""

_NAMES = """
    atlas_tui atlas_tui.__main__ atlas_tui.arrangement atlas_tui.crash atlas_tui.formats atlas_tui.lines
    atlas_tui.glass atlas_tui.glass.meter atlas_tui.glass.outlet atlas_tui.plain atlas_tui.shell atlas_tui.sixteen
    atlas_tui.tabs atlas_tui.glass.terminal atlas_tui.theme_choice atlas_tui.theming
    atlas_tui.cli atlas_tui.cli.common atlas_tui.cli.console atlas_tui.cli.ending atlas_tui.cli.glance
    atlas_tui.cli.heap atlas_tui.cli.hooks atlas_tui.cli.lazy atlas_tui.cli.logs atlas_tui.cli.root
    atlas_tui.cli.saying
    atlas_tui.screens atlas_tui.screens.opening
    atlas_tui.widgets atlas_tui.widgets.brand atlas_tui.widgets.brush atlas_tui.widgets.lines
    atlas_tui.widgets.strip_shape atlas_tui.widgets.table_rows
    core core.adapters core.adapters.state_dir core.config core.config.places core.config.words
    core.domain core.domain.ends core.domain.errors core.domain.figures core.domain.hiding core.domain.link
    core.domain.text
    themes
"""
OURS = frozenset(_NAMES.split())
"""Ours that may be loaded by then. A new one needs a reason to be here, and about a millisecond of every start."""

_STRIP_NAMES = """
    atlas_tui.acts atlas_tui.acts.glyphs atlas_tui.cli.since atlas_tui.views atlas_tui.views.absence
    atlas_tui.views.words atlas_tui.zones
    core.adapters.absence_reader core.adapters.fact_codec core.adapters.ledger_schema core.adapters.system_clock
    core.trading core.trading.absence
"""
STRIP = frozenset(_STRIP_NAMES.split())
"""Ours that may come for the strip "since you left", besides values of the domain; the console comes later."""

OTHERS = {"click", "msgspec", "platformdirs", "pygments", "rich", "textual", "tomli", "typing_extensions"}
"""Third parties that may be loaded by then."""


class Start(NamedTuple):
    """What a start had loaded: when its first frame was written, and when the strip was; all it wrote meanwhile."""

    first: frozenset[str]
    told: frozenset[str]
    text: str


@pytest.fixture(scope="module")
def start(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """A console over the ledger of a desk that was killed while nobody was there."""
    folder = tmp_path_factory.mktemp("start")
    state = write(
        folder / "state", [*a_day(), [PersonSeen(NOON)], [DeskStarted(NOON)], [SignalFound(a_signal(), NOON)]]
    )
    venue = ("--rest", "http://127.0.0.1:9", "--ws", "ws://127.0.0.1:9")
    with Terminal(root, *venue, "--state-dir", state.root, program=("-c", _LISTING, str(folder))) as terminal:
        terminal.wait_for("keys you press now are kept")
        terminal.wait_for("no 1h bars of")
        terminal.press("\x03")
        assert terminal.wait() == 0
        text = terminal.text
    first, told = (
        frozenset(json.loads((folder / name).read_text())) for name in ("atlas_tui.cli.since", "atlas_tui.cli.asked")
    )
    return Start(first, told, text)


@pytest.fixture
def loaded(start: Start) -> frozenset[str]:
    """The modules of a console whose first frame is on the screen."""
    return start.first


def test_what_happened_is_told_on_the_first_frame_before_the_console_is_there(start: Start) -> None:
    before, _, _ = start.text.partition("no 1h bars of")
    assert before.index("keys you press now are kept") < before.index("stopped hard after")


def test_the_strip_needs_no_more_of_ours_than_is_listed(start: Start) -> None:
    more = {name for name in start.told - start.first if name.startswith(("atlas_tui", "core", "themes"))}
    assert {name for name in more if not name.startswith("core.domain.")} == STRIP
    assert {"core.domain.snapshot", "core.domain.events"} & more == set()


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


_ELSEWHERE_NAMES = """
    core.ports core.domain.events core.domain.facts core.domain.explaining core.trading core.trading.desk core.session
    core.adapters.sqlite_store core.config.settings atlas_tui.cli.door atlas_tui.exporting atlas_tui.screens.detail
    atlas_tui.screens.entry atlas_tui.screens.command atlas_tui.views.evidence atlas_tui.views.leverage
    atlas_tui.views.performance sqlite3 importlib.metadata
"""
ELSEWHERE = frozenset(_ELSEWHERE_NAMES.split())
"""What no first frame of a console on a desk elsewhere needs: a desk, the checked settings, windows, other tabs."""


def modules_with(name: str) -> frozenset[str]:
    """What importing a module loads, in a process of its own."""
    code = f"import json, sys, {name}; print(json.dumps(sorted(sys.modules)))"
    return frozenset(json.loads(subprocess.check_output([sys.executable, "-c", code])))


def test_a_console_on_a_desk_elsewhere_loads_neither_a_desk_nor_what_is_not_on_its_first_frame() -> None:
    assert modules_with("atlas_tui.cli.looking") & ELSEWHERE == set()


def test_a_desk_is_reached_before_textual_and_the_values_of_pictures_are_loaded() -> None:
    assert {"textual", "asyncio", "core.domain.snapshot"} & modules_with("atlas_tui.cli.attach") == set()


@pytest.mark.parametrize("text", ["[ui]\nfps = 1000", "nonsense = 1"])
def test_settings_that_are_refused_end_the_console_with_their_sentence(text: str, root: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text)
    with Terminal(root, "--config", config, "--state-dir", tmp_path / "state") as terminal:
        assert terminal.wait() == 2
        assert terminal.restored
    assert f"atlas: {config}, line {len(text.splitlines())}: " in terminal.text
