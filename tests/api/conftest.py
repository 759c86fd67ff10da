"""One served desk for the tests of a file, and one that is made for a single test."""

from collections.abc import Iterator

import pytest

from atlas_tui.cli.api.paths import Desk
from tests.api.rig import Served, a_desk_of, a_ledger, serving
from tests.cli.conftest import atlas, home

__all__ = ["atlas", "desk", "home", "patient", "served"]


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A day on paper, restored."""
    return a_desk_of(a_ledger(tmp_path_factory.mktemp("desk")))


@pytest.fixture(scope="module")
def served(desk: Desk) -> Iterator[Served]:
    """Served, with the limits of every day."""
    with serving(desk) as served:
        yield served


@pytest.fixture(scope="module")
def patient(desk: Desk) -> Iterator[Served]:
    """Served to a reader who may try many a wrong token."""
    with serving(desk, guesses=10**6) as served:
        yield served
