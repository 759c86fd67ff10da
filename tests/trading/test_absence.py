"""What happened since the last key, told on the first picture."""

from decimal import Decimal

from core.domain.commands import Attend
from core.domain.ends import StopCause
from core.domain.events import Noted
from core.domain.facts import (
    DeskStarted,
    DeskStopped,
    EntryRefused,
    Fact,
    MarketSeen,
    OutageEnded,
    PositionClosed,
    PositionOpened,
)
from core.domain.guards import HaltSource
from core.domain.oversight import EntriesHalted, PersonSeen
from core.domain.patterns import Side
from core.domain.positions import ExitReason
from core.domain.review_views import AbsenceView, StopKind, StopView
from core.domain.sizing import Refusal
from core.trading.absence import Absence
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_desk, a_policy, a_scan, a_setup, a_tick, after, facts_of


def test_the_count_begins_anew_with_every_key_and_the_last_absence_is_kept() -> None:
    desk = a_desk()
    desk.handle(Attend(after(1)))
    desk.handle(a_scan(a_setup(), at=after(2)))
    desk.handle(a_tick("102.1", after(3)))
    away = desk.snapshot().absence
    assert (away.since, away.triggered, away.entries, away.exits) == (after(1), 1, 1, 0)
    desk.handle(Attend(after(9), back=True))
    picture = desk.snapshot()
    assert picture.absence.is_quiet
    assert picture.last_absence is not None
    assert (picture.last_absence.until, picture.last_absence.entries) == (after(9), 1)


def test_a_start_without_a_clean_end_before_it_is_a_crash() -> None:
    desk = Desk(a_policy())
    facts: list[Fact] = [f for f in desk.start(TUESDAY) if not isinstance(f, Noted)]
    facts += [f for f in desk.handle(Attend(after(1))) if not isinstance(f, Noted)]
    killed = Desk(a_policy())
    killed.restore(facts)
    killed.start(after(60))
    ended = Desk(a_policy())
    ended.restore(facts + [f for f in desk.stop(after(2)) if not isinstance(f, Noted)])
    ended.start(after(60))
    counts = [(d.snapshot().absence.restarts, d.snapshot().absence.crashes) for d in (killed, ended)]
    assert counts == [(1, 1), (1, 0)]


def counted(*facts: Fact) -> AbsenceView:
    absence = Absence()
    for fact in facts:
        absence.fold(fact)
    return absence.view()


def test_ends_of_the_desk_are_told_apart_and_what_was_known_last_stands_for_a_hard_one() -> None:
    view = counted(
        DeskStarted(after(0)), PersonSeen(after(1)), DeskStopped(after(10), StopCause.HANGUP), DeskStarted(after(40)),
        MarketSeen("BTC", after(50)), DeskStarted(after(70)), DeskStopped(after(80)),
    )  # fmt: skip
    assert view.stops == (
        StopView(StopKind.HANGUP, after(10), after(40)),
        StopView(StopKind.HARD, after(50), after(70)),
        StopView(StopKind.ASKED, after(80)),
    )
    assert (view.restarts, view.crashes, view.down_s) == (2, 1, 50)


def test_a_desk_that_is_gone_without_a_word_is_a_hard_end_before_another_begins() -> None:
    absence = Absence()
    for fact in (DeskStarted(after(0)), PersonSeen(after(1)), MarketSeen("BTC", after(50))):
        absence.fold(fact)
    assert absence.view().is_quiet
    absence.lost()
    absence.lost()
    assert (absence.view().stops, absence.view().crashes) == ((StopView(StopKind.HARD, after(50)),), 1)


def outage(symbol: str, since: float, until: float) -> OutageEnded:
    return OutageEnded(symbol, after(since), after(until), 0, 0, after(until))


def test_times_without_a_feed_count_once_and_a_time_without_a_desk_is_no_gap_of_the_feed() -> None:
    began = (DeskStarted(after(0)), PersonSeen(after(1)), DeskStopped(after(10)), DeskStarted(after(100)))
    down = (outage("BTC", 8, 103), outage("ETH", 9, 104))
    assert (counted(*began, *down).gaps, counted(*began, *down).is_quiet) == (0, True)
    lost = (outage("BTC", 200, 260), outage("ETH", 210, 290), outage("SOL", 400, 410), outage("BTC", 190, 201))
    view = counted(*began, *down, *lost)
    assert (view.gaps, view.gap_s) == (2, 110)


def test_a_person_who_comes_back_to_nothing_keeps_the_absence_before() -> None:
    absence = Absence()
    for fact in (PersonSeen(after(1)), EntriesHalted("", HaltSource.FILE, after(2)), PersonSeen(after(3), back=True)):
        absence.fold(fact)
    told = absence.last
    absence.fold(PersonSeen(after(4), back=True))
    assert told is not None
    assert (told.halts, absence.last) == (1, told)


def test_refusals_are_counted_by_why_and_a_deal_that_closed_stands_as_its_exit() -> None:
    opened, traded = a_story()
    refused = [EntryRefused(str(n), Side.LONG, code, Decimal(1), (), after(5)) for n, code in enumerate(
        (Refusal.LEVERAGE, Refusal.LOW_CONTINUITY, Refusal.LOW_CONTINUITY))]  # fmt: skip
    view = counted(PersonSeen(after(0)), *refused, opened)
    assert view.refusals == ((Refusal.LOW_CONTINUITY, 2), (Refusal.LEVERAGE, 1))
    assert [(deal.symbol, deal.reason) for deal in view.deals] == [("BTC", None)]
    view = counted(PersonSeen(after(0)), opened, traded)
    assert [(deal.symbol, deal.reason, deal.r_multiple) for deal in view.deals] == [
        ("BTC", ExitReason.STOP, traded.trade.r_multiple)
    ]


def test_only_who_was_here_before_can_have_left() -> None:
    halted = EntriesHalted("", HaltSource.FILE, after(2))
    assert not counted(DeskStarted(after(0)), halted).is_news, "the very first start"
    assert counted(DeskStarted(after(0)), halted, DeskStopped(after(3))).is_news
    assert counted(PersonSeen(after(0)), halted).is_news
    assert not counted(PersonSeen(after(0)), DeskStopped(after(3)), DeskStarted(after(9))).is_news


def a_story() -> tuple[PositionOpened, PositionClosed]:
    """A position a desk opened, and its end at the stop."""
    desk = a_desk(a_setup())
    opened = facts_of(desk.handle(a_tick("102.1", after(1))), PositionOpened)[0]
    return opened, facts_of(desk.handle(a_tick("98.9", after(2))), PositionClosed)[0]
