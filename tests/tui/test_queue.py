"""The review queue in the bars: in groups, capped, and with what happens without a word."""

from dataclasses import replace

import pytest

from atlas_tui.formats import capped
from atlas_tui.lines import text_of
from atlas_tui.tabs import Tab, tab_line
from atlas_tui.views.queue import queue_parts
from atlas_tui.widgets.status_bar import status_line
from atlas_tui.zones import UTC_ZONE
from core.domain.review import AtTimeout
from core.domain.sizing import Refusal
from core.domain.snapshot import Snapshot
from tests.tui.snapshots_data import rich
from tests.tui.states_data import maintenance


def told(snapshot: Snapshot) -> list[str]:
    return [text_of(part.line) for part in queue_parts(snapshot)]


def asking(count: int, timeout_s: int, ending: AtTimeout = AtTimeout.REJECT) -> Snapshot:
    base = rich()
    pending = [view.setup.id for view in base.setups if view.pending][:count]
    setups = tuple(
        replace(view, held=dict.fromkeys((leg.leg.side for leg in view.setup.legs), Refusal.NOT_APPROVED))
        if view.setup.id in pending
        else view
        for view in base.setups
    )
    review = replace(base.policy.review, ask_timeout_s=timeout_s, at_timeout=ending)
    return replace(base, setups=setups, policy=replace(base.policy, review=review))


def test_setups_and_signals_are_counted_apart() -> None:
    assert told(rich()) == ["? 3 setups wait", "auto takes", "2 signals unseen"]


def test_nothing_waits_nothing_is_told() -> None:
    assert told(replace(rich(), inbox=())) == []


def test_signals_alone_are_only_to_be_seen() -> None:
    assert told(replace(rich(), inbox=rich().inbox[-1:])) == ["? 1 signal unseen"]


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (99, "99"), (100, "99+"), (1500, "99+")])
def test_a_queue_nobody_attends_to_stays_readable(count: int, shown: str) -> None:
    assert capped(count) == shown
    piled = replace(rich(), inbox=tuple(f"gone|{number}" for number in range(count)))
    assert text_of(tab_line(piled, Tab.SETUPS, 120)).count(f"Signals·{shown}") == (count > 0)


@pytest.mark.parametrize(
    ("snapshot", "outcome"),
    [
        (asking(3, 0), "ask: never taken unasked"),
        (asking(3, 900), "ask: rejected after 15m"),
        (asking(3, 900, AtTimeout.TAKE), "ask: taken after 15m"),
        (asking(2, 900), "2 ask: rejected after 15m"),
    ],
    ids=["for ever", "rejected", "taken", "some"],
)
def test_what_happens_without_a_word_is_said(snapshot: Snapshot, outcome: str) -> None:
    assert told(snapshot)[1] == outcome
    assert outcome in text_of(status_line(snapshot, 120, UTC_ZONE))


@pytest.mark.parametrize(("width", "shown"), [(40, "? 3 wait"), (50, "? 3 wait │ scan"), (80, "? 3 setups wait │")])
def test_what_waits_stands_on_the_narrowest_bar(width: int, shown: str) -> None:
    assert shown in text_of(status_line(rich(), width, UTC_ZONE))


@pytest.mark.parametrize("width", [80, 120])
def test_a_maintenance_that_is_under_way_is_told_before_what_comes_next(width: int) -> None:
    assert "maint now" in text_of(status_line(maintenance(), width, UTC_ZONE))
