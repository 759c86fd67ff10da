"""Facts to alerts: the console's own words and figures, with the levels a trader asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.alerts.alert import Alert, Fields
from core.alerts.feed_watch import FeedTurn
from core.alerts.policy import AlertKind, kind_of_alert
from core.domain import figures
from core.domain.ends import StopCause
from core.domain.facts import (
    DeskStarted,
    DeskStopped,
    EntryRefused,
    Fact,
    PositionClosed,
    PositionOpened,
    SetupFound,
    SetupResolved,
)
from core.domain.levels import Leg, Verdict
from core.domain.leverage import TierPolicy
from core.domain.oversight import GuardTripped
from core.domain.positions import FillTag
from core.domain.sentences import REFUSAL_SENTENCES, entry_line, exit_line
from core.domain.signals import JudgedLeg, Setup, iso_z
from core.domain.text import lasting

_STOPPED = {StopCause.ASKED: "it was asked to", StopCause.HANGUP: "its terminal went away"}


def _not_known(product_id: str) -> Decimal | None:
    return None


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the facts of one transaction, for the numbers an alert gives besides.

    Attributes:
        setups: those the facts speak of, by id.
        scores: continuity at the break, 0 to 4, by setup id.
        lost_at: the newest fact before a start that followed no stop: the desk was stopped hard after it.
        increment: the price increment of a listing, where it is known.
    """

    tiers: TierPolicy
    setups: Mapping[str, Setup] = field(default_factory=dict)
    scores: Mapping[str, int] = field(default_factory=dict)
    lost_at: datetime | None = None
    increment: Callable[[str], Decimal | None] = _not_known

    def price(self, product_id: str, value: Decimal) -> str:
        """A price as the console writes it."""
        return figures.price(value, self.increment(product_id))


def alert_of(seq: int, fact: Fact, around: Around) -> Alert | None:
    """The alert of event number `seq`; None where `kind_of_alert` has none for it."""
    match fact:
        case SetupFound(setup=setup) if kind_of_alert(fact) is not None:
            return _armed(str(seq), setup, fact.at, around)
        case PositionOpened():
            return _entry(str(seq), fact, around)
        case EntryRefused():
            return _refused(str(seq), fact, around)
        case PositionClosed():
            return _exit(str(seq), fact, around)
        case GuardTripped(guard=guard):
            limit = f"{figures.number(fact.value, 2)} of {figures.exact(fact.limit, 2)}"
            text = f"{_spoken(guard)} tripped at {limit}: no entries until it is armed again; exits go on"
            return Alert(AlertKind.GUARD, str(seq), fact.at, f"GUARD {_spoken(guard)}", text)
        case DeskStarted():
            return _started(str(seq), fact.at, around.lost_at)
        case DeskStopped(cause=cause):
            text = f"the desk stopped: {_STOPPED[cause]}; nothing is watched until it starts again"
            return Alert(AlertKind.DESK, str(seq), fact.at, "DESK STOPPED", text)
        case _:
            return None


def scores_of(facts: Mapping[int, Fact]) -> dict[str, int]:
    """Continuity at the break, by setup id, of the setups that were resolved among these facts."""
    return {fact.setup_id: fact.tfc_score for fact in facts.values() if isinstance(fact, SetupResolved)}


def feed_cause(turn: FeedTurn) -> str:
    """How a turn of the feed is kept: `down 2026-01-20T14:00:00Z`, or `up` and since when it had been down."""
    return f"{'up' if turn.up else 'down'} {iso_z(turn.since)}"


def feed_of(cause: str, at: datetime) -> Alert:
    """The alert of a turn of the feed that was kept by `feed_cause`."""
    turn, _, began = cause.partition(" ")
    since = datetime.fromisoformat(began)
    if turn == "up":
        text = f"live prices again after {lasting((at - since).total_seconds())}"
        return Alert(AlertKind.FEED, cause, at, "FEED UP", text)
    text = f"no live prices since {since:%H:%M} UTC: no entries; exits are judged when prices come again"
    return Alert(AlertKind.FEED, cause, at, "FEED DOWN", text)


def _armed(cause: str, setup: Setup, at: datetime, around: Around) -> Alert:
    legs = [judged for judged in setup.legs if judged.verdict is Verdict.OK]
    side = legs[0].leg.side if len(legs) == 1 else None
    sides = " or ".join(figures.side(judged.leg.side) for judged in legs)
    name = f"{setup.symbol} {setup.timeframe} {setup.name}"
    tier = around.tiers.entry_tier_at(at)
    most = figures.leverage(around.tiers.maximum(setup.symbol, tier))
    fields: Fields = ()
    for judged in legs:
        fields += _levels(judged, setup.product_id, around, "" if side else f"{judged.leg.side} ")
    text = "waits for a break: " + ", ".join(_break(judged.leg, setup, around) for judged in legs)
    return Alert(AlertKind.ARMED, cause, at, f"SETUP {sides} {name}", text, (*fields, ("Tier", f"{tier} {most}")), side)


def _break(leg: Leg, setup: Setup, around: Around) -> str:
    beyond = "above" if leg.side.sign > 0 else "below"
    return f"{leg.side} {beyond} {around.price(setup.product_id, leg.entry)}"


def _levels(judged: JudgedLeg, product_id: str, around: Around, before: str = "", score: int | None = None) -> Fields:
    """Trigger, stop, target, R:R and continuity of a leg."""
    leg = judged.leg
    return (
        (f"{before}Trigger", around.price(product_id, leg.entry)),
        (f"{before}Stop", around.price(product_id, leg.stop)),
        (f"{before}Target", around.price(product_id, leg.target)),
        (f"{before}R:R", figures.ratio(leg.risk_reward)),
        (f"{before}TFC", f"{judged.tfc_score if score is None else score}/4"),
    )


def _entry(cause: str, fact: PositionOpened, around: Around) -> Alert:
    item = fact.position
    price = around.price(item.product_id, item.entry.price)
    setup = around.setups.get(item.setup_id)
    judged = setup.leg_on(item.side) if setup is not None else None
    levels: Fields = (
        ("Stop", around.price(item.product_id, item.plan.stop)),
        ("Target", around.price(item.product_id, item.plan.target)),
    )
    if judged is not None:
        levels = _levels(judged, item.product_id, around, score=around.scores.get(item.setup_id))
    fields = (
        ("Entry", price),
        *levels,
        ("Tier", f"{item.tier} {figures.leverage(item.margin_leverage)}"),
        ("Risk", figures.usd(item.risk_usd)),
        ("Leverage", figures.leverage(item.leverage)),
    )
    title = f"ENTRY {figures.side(item.side)} {item.symbol} {item.timeframe} {item.pattern}"
    text = entry_line(item, figures.size(item.size), price)
    return Alert(AlertKind.ENTRY, cause, fact.at, title, text, fields, item.side)


def _refused(cause: str, fact: EntryRefused, around: Around) -> Alert:
    setup = around.setups.get(fact.setup_id)
    judged = setup.leg_on(fact.side) if setup is not None else None
    name = " ".join(fact.setup_id.split("|")[:3])
    fields: Fields = ()
    if setup is not None and judged is not None:
        name = f"{setup.symbol} {setup.timeframe} {setup.sequence_on(fact.side)}"
        fields = _levels(judged, setup.product_id, around, score=around.scores.get(fact.setup_id))
    numbers = ", ".join(f"{_spoken(what)} {value}" for what, value in fact.numbers)
    text = f"no entry: {REFUSAL_SENTENCES[fact.code]}{f' ({numbers})' if numbers else ''}"
    title = f"REFUSED {figures.side(fact.side)} {name}"
    return Alert(AlertKind.REFUSED, cause, fact.at, title, text, fields, fact.side)


def _exit(cause: str, fact: PositionClosed, around: Around) -> Alert:
    trade, item = fact.trade, fact.trade.position
    price, net = around.price(item.product_id, trade.exit.price), figures.usd(trade.net, signed=True)
    fields = (
        ("P&L", net),
        ("R", figures.r_multiple(trade.r_multiple)),
        ("Entry", around.price(item.product_id, item.entry.price)),
        ("Exit", price),
        ("Fees", figures.usd(trade.fees)),
        ("Funding", figures.usd(trade.funding, signed=True)),
        ("Held", lasting((trade.exit.at - item.entry.at).total_seconds())),
    )
    tag = "" if trade.exit.tag is FillTag.LIVE else f" ({trade.exit.tag})"
    title = f"EXIT {figures.side(item.side)} {item.symbol} {item.timeframe} {item.pattern}"
    return Alert(AlertKind.EXIT, cause, fact.at, title, exit_line(trade, price, net) + tag, fields, item.side)


def _started(cause: str, at: datetime, lost_at: datetime | None) -> Alert:
    if lost_at is None:
        return Alert(AlertKind.DESK, cause, at, "DESK STARTED", "the desk is up and watches the market")
    text = (
        f"the desk had been stopped hard after {lost_at:%Y-%m-%d %H:%M} UTC, "
        f"down {lasting((at - lost_at).total_seconds())}; it watches again"
    )
    return Alert(AlertKind.DESK, cause, at, "DESK STARTED AFTER A HARD STOP", text)


def _spoken(name: str) -> str:
    """`daily loss` of `DAILY_LOSS`."""
    return name.replace("_", " ").lower()
