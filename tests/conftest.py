"""What every test shares: a quiet terminal, reproducible examples, and where the recorded data lies."""

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read once, when textual is imported
os.environ.pop("NO_COLOR", None)
os.environ.pop("COLUMNS", None)  # a test worker is told the size of the terminal that it was started from
os.environ.pop("LINES", None)
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}  # the chart tints its zones in 24 bit only

import gc
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from atlas_tui.formats import mask_money
from core.domain import hiding

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "atlas",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("noticing", settings.get_profile("atlas"), phases=(Phase.explicit, Phase.generate))
"""For rules broken on purpose: the first failing example is enough, the smallest is not looked for."""
settings.load_profile("atlas")


_WAITING = {"chaos", "cli", "crash", "mutations", "session"}
"""Folders of tests that wait for processes and sockets."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file that waits, then one that computes, and so on: the processors are then busy to the end."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waiting = [tests for path, tests in files.items() if path.parent.name in _WAITING]
    computing = [tests for path, tests in files.items() if path.parent.name not in _WAITING]
    none: list[pytest.Item] = []
    items[:] = [item for pair in zip_longest(waiting, computing, fillvalue=none) for tests in pair for item in tests]


@pytest.fixture(autouse=True)
def secrets_of_one_test() -> Iterator[None]:
    """What a test plants is taken out of the texts of no other test."""
    known = list(hiding._hidden)
    yield
    hiding._hidden[:] = known


@pytest.fixture(autouse=True)
def money_of_one_test() -> Iterator[None]:
    """What a test hides is shown in all others."""
    yield
    mask_money(False)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Recorded candles, ticks and frames: ATLAS_DATA_DIR, or the data folder shared beside the project."""
    named = os.environ.get("ATLAS_DATA_DIR")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no recorded data: set ATLAS_DATA_DIR to the folder that holds candles/, ticks/ and ws/")
    return folder


@pytest.fixture(scope="session")
def strat_vectors() -> Path:
    """The STRAT test vectors: ATLAS_STRAT_VECTORS, or the copy committed with the tests."""
    return Path(os.environ.get("ATLAS_STRAT_VECTORS") or ROOT / "tests" / "strat" / "vectors.json")


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What is let go of within the test is let go of by itself: the collector of circles does not run."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
