"""Two ledgers of one market compared, trade by trade: the same, differently for a reason the ledger gives, or wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core.domain.facts import (
    DeskStopped,
    EntryRefused,
    Fact,
    OutageEnded,
    PositionClosed,
    PositionOpened,
    SetupFound,
    SetupResolved,
)
from core.domain.positions import ClosedTrade, FillTag
from core.domain.signals import SetupStatus

REFUSED = "refused"
_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Story:
    """One ledger, by setup."""

    facts: Sequence[Fact]
    opened: dict[str, PositionOpened] = field(init=False)
    closed: dict[str, ClosedTrade] = field(init=False)
    refused: dict[str, EntryRefused] = field(init=False)
    found: dict[str, SetupFound] = field(init=False)
    resolved: dict[str, SetupResolved] = field(init=False)
    gaps: list[OutageEnded] = field(init=False)
    until: datetime = field(init=False)
    """When the desk was stopped; far off where it was not."""

    def __post_init__(self) -> None:
        self.opened = {fact.position.id: fact for fact in self.facts if isinstance(fact, PositionOpened)}
        ends = (fact.trade for fact in self.facts if isinstance(fact, PositionClosed))
        self.closed = {trade.position.id: trade for trade in ends}
        self.refused = {fact.setup_id: fact for fact in self.facts if isinstance(fact, EntryRefused)}
        self.found = {fact.setup.id: fact for fact in self.facts if isinstance(fact, SetupFound)}
        self.resolved = {fact.setup_id: fact for fact in self.facts if isinstance(fact, SetupResolved)}
        self.gaps = [fact for fact in self.facts if isinstance(fact, OutageEnded)]
        self.until = max((fact.at for fact in self.facts if isinstance(fact, DeskStopped)), default=_NEVER)

    def away(self, symbol: str, at: datetime, slack: timedelta = timedelta(0)) -> bool:
        """Was the symbol's feed lost at this instant, or within `slack` of it?"""
        return any(gap.symbol == symbol and gap.since - slack < at < gap.until + slack for gap in self.gaps)

    def why_not(self, there: PositionOpened, near: timedelta) -> str | None:
        """Why this ledger does not hold a position of the other; None where it gives no reason that holds."""
        position, at = there.position, there.position.entry.at
        refused, resolved = self.refused.get(position.setup_id), self.resolved.get(position.setup_id)
        found = self.found.get(position.setup_id)
        if at > self.until - near:
            return "it had ended by then"
        if refused is not None:
            return f"{REFUSED} {refused.code}"
        if found is None:
            return "no scan found it before it was over"
        if found.status is not SetupStatus.PENDING:
            return f"found when it was {found.status} already" if found.at > at - near else None
        missed = self.away(position.symbol, at, near)
        if resolved is not None and resolved.status is not SetupStatus.TRIGGERED and missed:
            return f"{resolved.status}: {resolved.cause}"
        return None


@dataclass(frozen=True, slots=True)
class Compared:
    """What the twins have in common: trades that are the same, differences with their reason, and those without."""

    same: tuple[str, ...]
    explained: tuple[str, ...]
    wrong: tuple[str, ...]


def compare(calm: Iterable[Fact], rough: Iterable[Fact], near: timedelta, both_from: datetime = _EVER) -> Compared:
    """Judge the disturbed ledger by that of its undisturbed twin.

    Args:
        calm: facts of the undisturbed desk.
        rough: those of the disturbed one.
        near: how far apart two desks may be that hear the same word: latency in the venue's time.
        both_from: when both desks had heard every symbol. They do not start at one instant, and a level that is broken
            while they do is entered at the first price that each of them hears.
    """
    quiet, stormy = Story(tuple(calm)), Story(tuple(rough))
    same: list[str] = []
    explained: list[str] = []
    wrong: list[str] = []
    for key in sorted(quiet.opened.keys() | stormy.opened.keys()):
        entries = [story.opened[key].position.entry.at for story in (quiet, stormy) if key in story.opened]
        verdict, words = _judge(key, quiet, stormy, near)
        if verdict == "wrong" and min(entries) <= both_from:
            verdict, words = "explained", "entered before both desks had heard the market"
        {"same": same, "explained": explained, "wrong": wrong}[verdict].append(f"{key}: {words}")
    for key, fact in stormy.opened.items():
        if stormy.away(fact.position.symbol, fact.position.entry.at):
            wrong.append(f"{key}: entered while its feed was away")
    if all(REFUSED in line for line in explained):
        wrong += explained  # one trade's place, margin or balance is another's only after something else differed
        explained = []
    return Compared(tuple(same), tuple(explained), tuple(wrong))


def _judge(key: str, quiet: Story, stormy: Story, near: timedelta) -> tuple[str, str]:
    calm, rough = quiet.opened.get(key), stormy.opened.get(key)
    if calm is None or rough is None:
        there, other, name = (calm, stormy, "disturbed") if rough is None else (rough, quiet, "calm")
        assert there is not None
        reason = other.why_not(there, near)
        return ("explained" if reason else "wrong"), f"not in the {name} ledger: {reason or 'without a reason'}"
    if calm.position.plan != rough.position.plan:
        return "wrong", f"plans differ: {calm.position.plan} and {rough.position.plan}"
    if calm.position.entry.price != rough.position.entry.price:
        return "wrong", f"entered at {calm.position.entry.price} and {rough.position.entry.price}"
    return _ends(quiet.closed.get(key), stormy.closed.get(key), near)


def _ends(calm: ClosedTrade | None, rough: ClosedTrade | None, near: timedelta) -> tuple[str, str]:
    if calm is None or rough is None:
        return ("same", "open in both") if calm is rough else ("explained", "open in one of them when they ended")
    if rough.exit.tag is not FillTag.LIVE:
        reasons = f"{calm.reason} and {rough.reason}"
        return ("same" if calm.reason is rough.reason else "explained"), f"{rough.exit.tag}: {reasons}"
    if (calm.reason, calm.exit.price) == (rough.reason, rough.exit.price):
        return "same", f"{calm.reason} at {calm.exit.price}"
    held = rough.exit.at - rough.position.entry.at
    if abs(held - timedelta(minutes=5)) <= near or abs(rough.exit.at - calm.exit.at) <= near:
        return "explained", f"{calm.reason} {calm.exit.price} and {rough.reason} {rough.exit.price}, a word apart"
    return "wrong", f"left by {calm.reason} at {calm.exit.price} and by {rough.reason} at {rough.exit.price}"
