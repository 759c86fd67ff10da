"""Judges the events of signals and setups: identity, one resolution each, closed bars only, one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.adapters.ledger_findings import Findings
from core.domain.facts import EntryRefused, Fact, SetupFound, SetupResolved, ShadowClosed, SignalFound
from core.domain.oversight import SignalDismissed
from core.domain.patterns import Side
from core.domain.positions import FillTag, OpenPosition, Origin
from core.domain.signals import Setup, SetupStatus, Signal


@dataclass(slots=True)
class _Story:
    """What became of one setup, by the events."""

    setup: Setup
    status: SetupStatus
    side: Side | None = None
    batch: int = 0
    at: datetime | None = None
    price: Decimal | None = None
    position: str = ""
    refused: int = 0
    followed: Side | None = None
    """The side that was refused, until it has been followed to its end."""


class SetupAudit:
    """The setups as their events tell them."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._stories: dict[str, _Story] = {}
        self._signals: set[str] = set()

    def take(self, where: str, batch: int, fact: Fact) -> None:
        """Judge one event; those that do not concern setups and signals pass."""
        match fact:
            case SignalFound():
                self._signal(where, fact.signal)
            case SetupFound():
                self._setup(where, fact)
            case SetupResolved():
                self._resolved(where, batch, fact)
            case EntryRefused():
                self._refused(where, batch, fact)
            case ShadowClosed():
                story = self._stories.get(fact.setup_id)
                due = story is not None and story.followed is fact.side
                name = f"{where} ({fact.setup_id} {fact.side})"
                self._findings.expect("V3", due, f"{name} ends what was not refused, or has ended before")
                if story is not None:
                    story.followed = None
            case SignalDismissed():
                known = fact.signal_id in self._signals
                self._findings.expect("O1", known, f"{where} dismisses the unknown signal {fact.signal_id}")
            case _:
                pass

    def opened(self, where: str, batch: int, position: OpenPosition) -> None:
        """Judge the position a setup became."""
        expect, name = self._findings.expect, f"{where} ({position.id})"
        story = self._stories.get(position.setup_id)
        if story is None:
            expect("O1", False, f"{name} has no setup")
            return
        triggered = story.status is SetupStatus.TRIGGERED and story.side is position.side
        expect("O1", triggered, f"{name} opens on a setup that is {story.status} on {story.side or 'no side'}")
        expect("O1", not story.position, f"{name} is a second order of its setup, after {story.position}")
        expect("O5", story.batch == batch, f"{name} was not committed together with its trigger")
        self._levels_hold(name, story, position)
        entry = position.entry
        expect("P1", entry.tag is FillTag.LIVE, f"{name} is entered on a price that is {entry.tag}")
        expect("P1", entry.at == story.at, f"{name} is entered at another time than its break")
        story.position = position.id

    def _levels_hold(self, name: str, story: _Story, position: OpenPosition) -> None:
        """A position lives by its setup's levels, and a break is beyond the trigger (STRAT.md S4.3)."""
        setup, plan = story.setup, position.plan
        judged = setup.leg_on(position.side)
        due = None if judged is None else (setup.symbol, setup.timeframe, judged.leg.stop, judged.leg.target)
        lives_by = (position.symbol, position.timeframe, plan.stop, plan.target)
        self._findings.expect("O1", lives_by == due, f"{name} lives by other levels than its setup")
        if story.price is not None and position.origin is Origin.SETUP:
            broke = setup.broken_by(story.price) is position.side
            self._findings.expect("O1", broke, f"{name} opens at {story.price}, which breaks no trigger of its side")

    def finish(self) -> None:
        """Every triggered setup has exactly one consequence (STRAT.md S9)."""
        for identifier, count in self._consequences():
            self._findings.expect(
                "O1", count == 1, f"setup {identifier} triggered and has {count} positions and refusals"
            )

    def _consequences(self) -> Iterator[tuple[str, int]]:
        for identifier, story in self._stories.items():
            if story.status is SetupStatus.TRIGGERED:
                yield identifier, bool(story.position) + story.refused

    def _signal(self, where: str, signal: Signal) -> None:
        name = f"{where} ({signal.id})"
        self._findings.expect("O2", signal.id not in self._signals, f"{name} finds a signal again")
        self._signals.add(signal.id)
        end = signal.bar_start + signal.timeframe.span
        self._bar_holds(name, signal.timeframe.start_of(signal.bar_start) == signal.bar_start, signal.bar_start)
        closed = signal.in_progress or end <= signal.detected_at
        self._findings.expect("T4", closed, f"{name} was found before its bar closed at {end:%Y-%m-%dT%H:%M:%SZ}")

    def _setup(self, where: str, fact: SetupFound) -> None:
        setup, name = fact.setup, f"{where} ({fact.setup.id})"
        self._findings.expect("O4", setup.id not in self._stories, f"{name} finds a setup again")
        self._stories[setup.id] = _Story(setup, fact.status)
        self._bar_holds(name, setup.timeframe.start_of(setup.bar_start) == setup.bar_start, setup.bar_start)
        end = setup.bar_end
        closed = end <= setup.detected_at
        self._findings.expect("T4", closed, f"{name} was found before its bar closed at {end:%Y-%m-%dT%H:%M:%SZ}")
        expected = fact.status is not SetupStatus.TRIGGERED
        self._findings.expect("O4", expected, f"{name} is found as already triggered")

    def _resolved(self, where: str, batch: int, fact: SetupResolved) -> None:
        expect, name = self._findings.expect, f"{where} ({fact.setup_id})"
        story = self._stories.get(fact.setup_id)
        if story is None:
            expect("O1", False, f"{name} resolves an unknown setup")
            return
        once = story.status is SetupStatus.PENDING and fact.status is not SetupStatus.PENDING
        expect("O4", once, f"{name} turns {story.status} into {fact.status}")
        if fact.status is SetupStatus.TRIGGERED:
            expect("T4", story.setup.bar_end <= fact.at, f"{name} triggers before its bar closed")
            has_leg = fact.side is not None and story.setup.leg_on(fact.side) is not None
            expect("O1", has_leg, f"{name} triggers a side without a leg")
        story.status, story.side, story.batch = fact.status, fact.side, batch
        story.at, story.price = fact.at, fact.price

    def _refused(self, where: str, batch: int, fact: EntryRefused) -> None:
        expect, name = self._findings.expect, f"{where} ({fact.setup_id})"
        story = self._stories.get(fact.setup_id)
        if story is None:
            expect("O1", False, f"{name} refuses an unknown setup")
            return
        expect("O1", story.status is SetupStatus.TRIGGERED, f"{name} refuses a setup that is {story.status}")
        expect("O5", story.batch == batch, f"{name} was not committed together with its trigger")
        story.refused += 1
        story.followed = fact.side

    def _bar_holds(self, name: str, aligned: bool, start: datetime) -> None:
        self._findings.expect(
            "T4", aligned, f"{name} has a bar that starts at {start:%Y-%m-%dT%H:%M:%SZ}, off the grid"
        )
