"""The demo keeps its promise: a first entry within five real minutes at speed 60, whatever the seed."""

from datetime import timedelta

import pytest

from core.config import Request, load_settings
from core.domain.facts import PositionOpened
from core.domain.policy import Policy
from tests.session.model_run import ModelRun

FIVE_MINUTES_AT_60 = timedelta(minutes=5 * 60)


@pytest.fixture(scope="module")
def demo_policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """STRAT.md's rules loosened by the demo preset."""
    empty = tmp_path_factory.mktemp("config") / "config.toml"
    empty.write_text("")
    return load_settings(Request(config=empty, preset="demo"), environ={}).policy


@pytest.mark.parametrize("seed", range(20))
def test_the_first_entry_comes_within_five_real_minutes(seed: int, demo_policy: Policy) -> None:
    run = ModelRun(demo_policy, seed)
    first = run.run(FIVE_MINUTES_AT_60, until=lambda fact: isinstance(fact, PositionOpened))
    assert first is not None, "no entry within five hours of the model's time"
