"""When an alert may be sent, what an answer means, when the feed is worth a word, and what a day came to."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerts.answers import Answer, Never, NotNow, Taken, judged
from core.alerts.digest import digest_of
from core.alerts.feed_watch import FeedTurn, FeedWatch
from core.alerts.policy import KINDS, AlertKind, AlertPolicy, kind_of_alert
from core.domain.calendar import NEW_YORK
from core.domain.facts import DeskStarted, Fact
from core.domain.link import FeedState
from core.domain.oversight import PersonSeen
from tests.adapters.ledger_story import NOON
from tests.alerts.stories import facts_of_the_day

ANY_TIME = st.integers(0, 365 * 24 * 3600).map(
    lambda second: datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=second)
)
NIGHT = AlertPolicy(quiet_from=time(22), quiet_until=time(7), zone=NEW_YORK)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-01-21T02:59:00Z", False),  # 21:59 in New York's winter
        ("2026-01-21T03:00:00Z", True),
        ("2026-01-21T11:59:00Z", True),
        ("2026-01-21T12:00:00Z", False),
        ("2026-07-21T02:00:00Z", True),  # 22:00 in its summer
        ("2026-07-21T11:00:00Z", False),
        ("2026-03-08T11:00:00Z", False),  # 07:00, hours after the clock went forward
        ("2026-11-01T11:30:00Z", True),  # 06:30, hours after it went back
    ],
)
def test_quiet_hours_follow_the_clock_of_the_zone_through_summer_and_winter(at: str, quiet: bool) -> None:
    assert NIGHT.is_quiet(datetime.fromisoformat(at)) is quiet


@given(ANY_TIME)
def test_without_quiet_hours_nothing_ever_waits(at: datetime) -> None:
    assert AlertPolicy(zone=NEW_YORK).held_at(at) == frozenset()


def test_severe_alerts_pass_the_quiet_hours_and_the_others_wait() -> None:
    held = NIGHT.held_at(datetime(2026, 1, 21, 6, tzinfo=UTC))
    assert held == {AlertKind.ARMED, AlertKind.ENTRY, AlertKind.EXIT, AlertKind.REFUSED, AlertKind.DIGEST}


@given(ANY_TIME)
def test_the_last_digest_is_at_its_hour_and_less_than_a_long_day_ago(now: datetime) -> None:
    due = AlertPolicy(digest_at=time(17), zone=NEW_YORK).last_digest_at(now)
    assert due <= now < due + timedelta(hours=25, microseconds=1)
    assert due.astimezone(NEW_YORK).time() == time(17)


def test_a_refused_entry_is_told_only_where_it_is_asked_for() -> None:
    assert AlertKind.REFUSED not in KINDS
    assert set(KINDS) | {AlertKind.REFUSED} == set(AlertKind)


def test_of_a_day_setups_that_wait_dealings_guards_and_the_desk_are_worth_an_alert() -> None:
    kinds = [kind.value for fact in facts_of_the_day().values() if (kind := kind_of_alert(fact))]
    assert kinds == [
        "armed", "armed", "armed", "entry", "refused", "exit", "entry", "armed", "desk", "guard", "guard", "desk",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "asked", "answer"),
    [
        (200, None, Taken()),
        (204, None, Taken()),
        (429, 0.3, NotNow("HTTP 429", 1.0)),
        (429, 7.5, NotNow("HTTP 429", 7.5)),
        (429, 86400.0, NotNow("HTTP 429", 60.0)),
        (429, None, NotNow("HTTP 429")),
        (500, None, NotNow("HTTP 500")),
        (503, 90.0, NotNow("HTTP 503", 60.0)),
        (302, None, Never("HTTP 302: it redirects elsewhere")),
        (400, None, Never("HTTP 400: it refuses what is sent")),
        (401, None, Never("HTTP 401: the address or its token is not valid")),
        (404, 5.0, Never("HTTP 404: there is no such address: it was deleted, or is mistyped")),
    ],
)
def test_a_status_is_taken_not_now_or_never(status: int, asked: float | None, answer: Answer) -> None:
    assert judged(status, asked) == answer


def test_a_feed_that_blips_is_no_alert_and_one_that_stays_down_is_one_and_one_when_it_is_back() -> None:
    watch = FeedWatch(120.0)

    def look(state: FeedState, real_s: float) -> FeedTurn | None:
        return watch.look(state, NOON + timedelta(seconds=real_s), real_s)

    assert [look(FeedState.STALE, 0), look(FeedState.DOWN, 119), look(FeedState.LIVE, 119.5)] == [None] * 3
    assert [look(FeedState.RECONNECTING, 200), look(FeedState.DOWN, 319)] == [None, None]
    since = NOON + timedelta(seconds=200)
    assert look(FeedState.DOWN, 320) == FeedTurn(False, since)
    assert look(FeedState.DOWN, 900) is None
    assert look(FeedState.LIVE, 901) == FeedTurn(True, since)
    assert look(FeedState.LIVE, 902) is None


def test_a_wall_clock_that_jumps_makes_no_feed_go_down() -> None:
    watch = FeedWatch(120.0)
    assert watch.look(FeedState.STALE, NOON, 0.0) is None
    assert watch.look(FeedState.STALE, NOON + timedelta(days=1), 1.0) is None


def test_a_desk_that_begins_after_it_was_said_that_the_feed_is_down_says_when_it_is_up() -> None:
    assert FeedWatch(120.0, told=NOON).look(FeedState.LIVE, NOON, 5.0) == FeedTurn(True, NOON)


def test_a_digest_counts_its_day_and_no_other() -> None:
    facts = list(facts_of_the_day().values())
    whole = digest_of(NOON + timedelta(days=1) - timedelta(seconds=1), facts)
    assert whole.text == "2 signals, 3 triggers, 1 exit, +1.53R, net +$30.56"
    assert dict(whole.fields)["Armed"] == "4"
    morning = digest_of(NOON + timedelta(hours=3), facts)
    assert morning.text == "2 signals, 2 triggers, 0 exits"
    later = digest_of(NOON + timedelta(days=3), facts)
    assert (later.text, later.fields) == ("0 signals, 0 triggers, 0 exits", ())


def test_a_key_pressed_meanwhile_does_not_end_the_digests_day() -> None:
    facts = list(facts_of_the_day().values())
    at = NOON + timedelta(hours=23)
    seen: list[Fact] = sorted([*facts, PersonSeen(NOON + timedelta(hours=2))], key=lambda fact: fact.at)
    assert digest_of(at, seen) == digest_of(at, facts)


def test_a_hard_stop_of_a_desk_that_began_the_day_before_is_in_the_digest() -> None:
    facts: list[Fact] = [DeskStarted(NOON - timedelta(days=2)), DeskStarted(NOON)]
    assert dict(digest_of(NOON + timedelta(hours=1), facts).fields)["Hard stops"] == "1"
