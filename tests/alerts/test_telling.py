"""What each alert says: side, levels and result in words, with the console's own figures."""

from dataclasses import replace
from decimal import Decimal

from atlas_tui.notices import notices
from core.alerts.alert import Alert
from core.alerts.feed_watch import FeedTurn
from core.alerts.policy import AlertKind
from core.alerts.telling import Around, alert_of, feed_cause, feed_of
from core.domain.ends import StopCause
from core.domain.facts import DeskStarted, DeskStopped, Fact, PositionClosed, PositionOpened, SetupFound
from core.domain.guards import Guard
from core.domain.levels import Verdict
from core.domain.leverage import TierPolicy
from core.domain.oversight import GuardTripped
from core.domain.patterns import Side
from core.domain.signals import JudgedLeg, SetupStatus
from tests.adapters.ledger_story import NOON, a_leg, a_setup
from tests.alerts.stories import AT, alerts_of_the_day, one
from tests.tui.snapshots_data import rich


def told(alert: Alert | None) -> tuple[str, str, dict[str, str]]:
    assert alert is not None
    return alert.title, alert.text, dict(alert.fields)


def test_an_armed_setup_says_its_side_in_words_and_every_level_a_trader_asks_for() -> None:
    title, text, fields = told(one(AlertKind.ARMED))
    assert title == "SETUP ▲ LONG BTC 1h 2D-1-?"
    assert text == "waits for a break: LONG above 105.00"
    assert fields == {
        "Trigger": "105.00", "Stop": "95.00", "Target": "120.50", "R:R": "1.55", "TFC": "0/4", "Tier": "intraday 10x",
    }  # fmt: skip
    assert one(AlertKind.ARMED).side is Side.LONG


def test_a_setup_with_two_legs_tells_both_and_takes_no_side() -> None:
    short = JudgedLeg(a_leg(Side.SHORT).leg, Verdict.OK, 2)
    setup = replace(a_setup(), legs=(a_leg(), short))
    alert = alert_of(7, SetupFound(setup, SetupStatus.PENDING, AT), Around(TierPolicy()))
    title, text, fields = told(alert)
    assert title == "SETUP ▲ LONG or ▼ SHORT BTC 1h 2D-1-?"
    assert text == "waits for a break: LONG above 105.00, SHORT below 95.00"
    assert (fields["LONG Stop"], fields["SHORT Stop"], fields["SHORT TFC"]) == ("95.00", "105.00", "2/4")
    assert alert is not None and alert.side is None


def test_an_entry_tells_the_fill_and_the_continuity_at_its_break() -> None:
    title, text, fields = told(one(AlertKind.ENTRY))
    assert title == "ENTRY ▲ LONG BTC 1h 2D-1-2U"
    assert text == "BTC 1h LONG 1.98 @ 105.10"
    assert (fields["Entry"], fields["Stop"], fields["Target"], fields["R:R"]) == ("105.10", "95.00", "120.50", "1.55")
    assert (fields["TFC"], fields["Tier"], fields["Risk"]) == ("3/4", "intraday 10x", "$20.00")


def test_an_exit_tells_profit_and_r() -> None:
    title, text, fields = told(one(AlertKind.EXIT))
    assert title == "EXIT ▲ LONG BTC 1h 2D-1-2U"
    assert text == "BTC LONG @ 120.61: +$30.56 +1.53R, target reached"
    assert (fields["P&L"], fields["R"], fields["Held"]) == ("+$30.56", "+1.53R", "6h50m")


def test_a_refusal_says_why_in_the_desks_words() -> None:
    title, text, _ = told(one(AlertKind.REFUSED))
    assert title == "REFUSED ▲ LONG ETH 1h 2D-1-2U"
    assert text == "no entry: too few timeframes stand on its side (score 1, needed 2)"


def test_prices_stand_on_the_increment_of_the_listing_as_on_the_screen() -> None:
    assert dict(one(AlertKind.ENTRY, alerts_of_the_day(Decimal("0.001"))).fields)["Entry"] == "105.100"


def test_a_guard_that_trips_says_what_stops() -> None:
    fact = GuardTripped(Guard.DAILY_LOSS, Decimal("5.251"), Decimal("5"), AT)
    title, text, _ = told(alert_of(3, fact, Around(TierPolicy())))
    assert title == "GUARD daily loss"
    assert text == "daily loss tripped at 5.25 of 5: no entries until it is armed again; exits go on"


def test_a_start_tells_a_hard_stop_from_a_start_that_was_asked_for() -> None:
    assert told(alert_of(1, DeskStarted(AT), Around(TierPolicy())))[0] == "DESK STARTED"
    title, text, _ = told(alert_of(1, DeskStarted(AT), Around(TierPolicy(), lost_at=NOON)))
    assert title == "DESK STARTED AFTER A HARD STOP"
    assert text == "the desk had been stopped hard after 2026-03-02 12:00 UTC, down 1h00m; it watches again"
    assert "terminal went away" in told(alert_of(2, DeskStopped(AT, StopCause.HANGUP), Around(TierPolicy())))[1]


def test_the_feed_tells_since_when_and_for_how_long() -> None:
    down, up = (feed_of(feed_cause(FeedTurn(up, NOON)), AT) for up in (False, True))
    assert down.text.startswith("no live prices since 12:00 UTC")
    assert up.text == "live prices again after 1h00m"
    assert down.id != up.id


def test_an_alert_has_one_id_however_often_it_is_told() -> None:
    first, again = alerts_of_the_day(), alerts_of_the_day(Decimal("0.01"))
    assert [alert.id for alert in first] == [alert.id for alert in again]
    assert len({alert.id for alert in first}) == len(first)


def test_entries_and_exits_are_told_in_the_very_words_of_the_console() -> None:
    after = rich()
    before = replace(after, trades=after.trades[:-1], positions=())
    listed = [quote.instrument for quote in after.quotes if quote.instrument is not None]
    increments = {instrument.product_id: instrument.price_increment for instrument in listed}
    around = Around(TierPolicy(), increment=increments.get)
    facts: list[Fact] = [PositionOpened(view.position, AT) for view in after.positions]
    alerts = [alert_of(1, fact, around) for fact in [*facts, PositionClosed(after.trades[-1], AT)]]
    assert [alert.text for alert in alerts if alert] == [notice.text for notice in notices(before, after)]
