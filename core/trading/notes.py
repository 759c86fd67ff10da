"""Facts in words, for the log, the journal and the console."""

from decimal import Decimal

from core.domain.events import Level, Noted
from core.domain.facts import (
    AccountOpened,
    EntryRefused,
    Fact,
    FundingPaid,
    FundsMoved,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    SetupFound,
    SetupResolved,
    ShadowClosed,
    SignalFound,
    StopMoved,
)
from core.domain.guards import HaltSource
from core.domain.oversight import (
    EntriesHalted,
    EntriesResumed,
    GuardRearmed,
    GuardTripped,
    NoteWritten,
    VerdictGiven,
    VerdictWithdrawn,
)
from core.domain.positions import FillTag
from core.domain.signals import SetupStatus

_Words = tuple[Level, str, str]


def note_of(fact: Fact) -> Noted | None:
    """One line on a fact; None for facts not worth one (marks of review, how far the market was judged)."""
    written = _market_words(fact) or _account_words(fact) or _review_words(fact) or _control_words(fact)
    if written is None:
        return None
    level, topic, text = written
    return Noted(level, topic, text, fact.at)


def _market_words(fact: Fact) -> _Words | None:
    match fact:
        case SignalFound(signal=s) if s.fresh:
            return Level.INFO, "signal", f"signal {s.symbol} {s.timeframe} {s.sequence} {s.side} ({s.subtype})"
        case SetupFound(setup=s, status=SetupStatus.PENDING):
            legs = ", ".join(f"{j.leg.side} {j.leg.entry} {j.verdict}" for j in s.legs)
            level = Level.GOOD if s.armed else Level.INFO
            return level, "setup", f"setup {s.symbol} {s.timeframe} {s.name}: {legs}"
        case SetupResolved():
            return Level.INFO, "setup", f"{_brief(fact.setup_id)} {fact.status}: {fact.cause}"
        case EntryRefused():
            numbers = " ".join(f"{name}={value}" for name, value in fact.numbers)
            text = f"refused {_brief(fact.setup_id)} {fact.side}: {fact.code} {numbers}"
            return Level.WARN, "refusal", text.rstrip()
        case _:
            return None


def _account_words(fact: Fact) -> _Words | None:
    match fact:
        case AccountOpened(balance=balance):
            return Level.INFO, "account", f"paper account opened with {money(balance)}"
        case FundsMoved(amount=amount, reason=reason):
            done = "put in" if amount > 0 else "taken out"
            return Level.GOOD, "account", f"{money(abs(amount))} {done}" + (f": {reason}" if reason else "")
        case PositionOpened(position=p):
            levels = f"stop {p.plan.stop} target {p.plan.target} fee {money(p.entry.fee)}"
            text = f"ENTRY {p.symbol} {p.timeframe} {p.pattern} {p.side} {p.size} @ {p.entry.price} {levels}"
            return Level.GOOD, "trade", text
        case FundingPaid():
            text = f"funding {_brief(fact.position_id)} {money(fact.amount)} at {fact.rate:.6%} on {fact.mark}"
            return Level.INFO, "funding", text
        case PositionRetiered():
            text = f"{_brief(fact.position_id)} now {fact.tier} {fact.margin_leverage}x margin {money(fact.margin)}"
            return Level.INFO, "tier", text
        case PositionClosed(trade=t):
            tag = "" if t.exit.tag is FillTag.LIVE else f" ({t.exit.tag})"
            name = f"EXIT {t.position.symbol} {t.position.timeframe} {t.reason}"
            text = f"{name} {t.position.size} @ {t.exit.price} net {money(t.net)} {t.r_multiple:+.2f}R{tag}"
            return (Level.GOOD if t.net > 0 else Level.WARN), "trade", text
        case _:
            return None


def _review_words(fact: Fact) -> _Words | None:
    match fact:
        case VerdictGiven():
            until = f" until {fact.until:%H:%M} UTC" if fact.until is not None else ""
            side = f" {fact.side} only" if fact.side is not None else ""
            reason = f": {fact.reason}" if fact.reason else ""
            return Level.INFO, "review", f"{fact.verdict.lower()} {_brief(fact.item_id)}{side}{until}{reason}"
        case VerdictWithdrawn():
            return Level.INFO, "review", f"verdict on {_brief(fact.item_id)} withdrawn"
        case NoteWritten():
            return Level.INFO, "note", f"{_brief(fact.item_id)}: {fact.text}"
        case ShadowClosed():
            text = f"{_brief(fact.setup_id)} {fact.side} would have left at {fact.price}"
            return Level.INFO, "shadow", f"{text}: {fact.reason} {fact.r_multiple:+.2f}R"
        case _:
            return None


def _control_words(fact: Fact) -> _Words | None:
    match fact:
        case EntriesHalted():
            by = "by the file HALT" if fact.source is HaltSource.FILE else "by hand"
            return Level.WARN, "halt", f"entries of {fact.scope or 'every symbol'} halted {by}; exits go on"
        case EntriesResumed():
            return Level.GOOD, "halt", f"entries of {fact.scope or 'every symbol'} resumed"
        case GuardTripped():
            limit = f"{fact.value:.2f} of {fact.limit}"
            return Level.WARN, "guard", f"{fact.guard} tripped at {limit}: no entries until it is armed again"
        case GuardRearmed():
            return Level.GOOD, "guard", f"{fact.guard} armed again: {fact.cause}"
        case StopMoved():
            return Level.GOOD, "trade", f"{_brief(fact.position_id)} stop moved to {fact.stop}: {fact.cause}"
        case _:
            return None


def money(amount: Decimal) -> str:
    """USD with sign only where negative, to the cent."""
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def _brief(identifier: str) -> str:
    """`BTC 15m 2U-1-?` of an id."""
    return " ".join(identifier.split("|")[:3])
