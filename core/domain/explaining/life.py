"""What came of a position: funding, moves of stop and tier, the exit, what the next deadline asks (S8.5, S10, S11)."""

from collections.abc import Iterator
from decimal import Decimal, localcontext

from core.domain.explaining.case import Case, Now
from core.domain.explaining.parts import (
    Part,
    Row,
    Section,
    Terms,
    bp,
    in_r,
    plus,
    price,
    rate,
    say,
    size,
    tested,
    times,
    usd,
)
from core.domain.leverage import Tier
from core.domain.margin import PRECISION, booked
from core.domain.patterns import Side
from core.domain.position_facts import FundingPaid, PositionClosed, PositionRetiered, StopMoved
from core.domain.positions import ClosedTrade, ExitReason, OpenPosition, gross_profit
from core.domain.review_views import ShadowView
from core.domain.sentences import EXIT_SENTENCES, REFUSAL_SENTENCES
from core.domain.sizing import raised


def life_sections(case: Case) -> list[Section]:
    """Funding, changes since the entry, the exit or the present, and what a refused entry would have come to."""
    sections: list[Section] = []
    if case.position is not None:
        sections.append(Section("Funding", _funding_rows(case, case.position)))
        sections.append(Section("Since the entry", tuple(_change_rows(case))))
    if case.trade is not None:
        sections.append(Section("Exit", _exit_rows(case, case.trade)))
    elif case.position is not None:
        sections.append(Section("Now", _now_rows(case.position, case.now)))
    if case.shadow is not None and case.position is None:
        sections.append(Section("On paper", _shadow_rows(case.shadow)))
    return sections


def _funding_rows(case: Case, item: OpenPosition) -> tuple[Row, ...]:
    paid = [fact for fact in case.story if isinstance(fact, FundingPaid)]
    sign = "-" if item.side is Side.LONG else "+"
    rows = [
        Row("paid", usd(fact.amount), (
            fact.instant, f": {sign}", size(item.size), " x mark ", price(fact.mark), " x ", rate(fact.rate),
        ))
        for fact in paid
    ]  # fmt: skip
    rows.append(
        Row(
            "total",
            usd(item.funding),
            (f"{len(paid)} payment{'s' * (len(paid) > 1)}" if paid else "no instant was passed",),
        )
    )
    if sum((fact.amount for fact in paid), Decimal(0)) != item.funding:
        rows[-1] = Row("total", usd(item.funding), ("its single payments are not at hand here",))
    return tuple(rows)


def _change_rows(case: Case) -> Iterator[Row]:
    """What the deadline or a person changed of the position."""
    for fact in case.story:
        if isinstance(fact, StopMoved):
            yield Row("stop moved", price(fact.stop), (fact.at, f": {fact.cause}"))
        elif isinstance(fact, PositionRetiered):
            yield Row("tier", fact.tier.value, (
                fact.at, ": L ", times(fact.margin_leverage), ", margin ", usd(fact.margin), ", liquidation ",
                price(fact.liquidation),
            ))  # fmt: skip


def _exit_rows(case: Case, trade: ClosedTrade) -> tuple[Row, ...]:
    item = trade.position
    closed = next((fact for fact in case.story if isinstance(fact, PositionClosed)), None)
    terms = Terms(closed.numbers if closed is not None else ())
    rows = [Row("reason", trade.reason.value, (EXIT_SENTENCES[trade.reason],)), Row("closed", trade.exit.at, (
        f"{trade.exit.tag}",
    ))]  # fmt: skip
    level = _level_of(trade)
    if level is not None:
        rows.append(Row("level", price(level)))
    rows += _exit_fill(trade, terms)
    with localcontext() as context:
        context.prec = PRECISION
        gross = booked(gross_profit(item.side, item.size, item.entry.price, trade.exit.price))
    d = "" if item.side is Side.LONG else "-"
    way: tuple[Part, ...] = (
        f"= {d}(", price(trade.exit.price), " - ", price(item.entry.price), ") x ", size(item.size),
    )  # fmt: skip
    if gross != trade.gross:
        way = (*way, " = ", usd(gross), ", cut so that no more than the margin ", usd(item.margin), " is lost")
    return (
        *rows,
        Row("gross", usd(trade.gross), way),
        Row("fees", usd(trade.fees), ("= ", usd(item.entry.fee), " + ", usd(trade.exit.fee))),
        Row("funding", usd(trade.funding)),
        Row("net", usd(trade.net), ("= ", usd(trade.gross), " - ", usd(trade.fees), *plus(trade.funding))),
        Row("R", in_r(trade.r_multiple), ("= ", usd(trade.net), " / ", usd(item.risk_usd), " risked")),
    )


def _level_of(trade: ClosedTrade) -> Decimal | None:
    """The level the exit's reason speaks of."""
    plan = trade.position.plan
    return {
        ExitReason.STOP: plan.stop,
        ExitReason.TARGET: plan.target,
        ExitReason.LIQUIDATION: trade.position.liquidation,
        ExitReason.PATTERN: plan.invalidation,
    }.get(trade.reason)


def _exit_fill(trade: ClosedTrade, terms: Terms) -> list[Row]:
    found, out = terms.numbers("price", "slippage_bp", "fee_rate"), trade.exit
    if found is None:
        return [Row("fill", price(out.price)), Row("fee", usd(out.fee)),
                say("The ledger of its time did not keep the price before slippage, nor the rates.")]  # fmt: skip
    seen, slippage, fee_rate = found
    sign = "-" if trade.position.side is Side.LONG else "+"
    limit = "; a target is a limit and does not slip" if trade.reason is ExitReason.TARGET else ""
    return [
        Row("price", price(seen), ("before slippage",)),
        Row("fill", price(out.price), ("= ", price(seen), f" {sign} ", bp(slippage), limit)),
        Row("fee", usd(out.fee), (
            "= ", size(trade.position.size), " x ", price(out.price), " x ", rate(fee_rate), ", rounded to 0.000001",
        )),
    ]  # fmt: skip


def _now_rows(item: OpenPosition, now: Now | None) -> tuple[Row, ...]:
    """The mark, and what the next deadline asks at it: leverage, cap and the size to cut."""
    if now is None:
        return (say("The present price is only known to a running console: press e on the position there."),)
    rows = [Row("asked", now.at)]
    if now.price is None:
        return (*rows, say("No price has come yet."))
    profit = item.unrealised(now.price)
    d = "" if item.side is Side.LONG else "-"
    rows += [
        Row("mark", price(now.price)),
        Row("unrealised", usd(profit), (
            f"= {d}(", price(now.price), " - ", price(item.entry.price), ") x ", size(item.size),
        )),
        Row("R", in_r(profit / item.risk_usd), ("= ", usd(profit), " / ", usd(item.risk_usd), " risked, before fees")),
    ]  # fmt: skip
    if item.tier is Tier.SWING or now.swing is None:
        return (*rows, say("A swing position: the deadline asks nothing of it."))
    asked = now.swing
    rows += [
        Row("deadline", now.deadline_at, ("asks: notional / equity at most the swing maximum (S8.5)",)),
        Row("notional", usd(asked.notional), ("= ", size(asked.size), " x ", price(asked.mark))),
        Row("equity", usd(asked.equity), ("balance and open profit",)),
    ]
    if asked.leverage is not None:
        how: tuple[Part, ...] = (
            "= ",
            usd(asked.notional),
            " / ",
            usd(asked.equity),
            ", at most ",
            times(asked.maximum),
        )
        rows.append(tested("leverage", not asked.breaks, times(asked.leverage), *how))
    return (*rows, *_cut_rows(now))


def _cut_rows(now: Now) -> Iterator[Row]:
    asked = now.swing
    if asked is None:
        return
    yield Row("may stay", size(asked.allowed), (
        "= ", usd(asked.equity), " x ", times(asked.maximum), " / ", price(asked.mark),
    ))  # fmt: skip
    if not asked.breaks:
        yield say("At this price it stays, as a swing position.")
        return
    cut = raised(asked.excess, now.size_step) if now.size_step is not None else asked.excess
    yield Row("to cut", size(cut), ("= ", size(asked.size), " - ", size(asked.allowed), ", rounded up to the step"))
    yield say("At this price it would be closed at ", now.deadline_at, ", whole.")


def _shadow_rows(shadow: ShadowView) -> tuple[Row, ...]:
    rows = [
        Row("refused", shadow.code.value, (REFUSAL_SENTENCES[shadow.code],)),
        Row("entry", price(shadow.entry)),
        Row("stop", price(shadow.stop)),
        Row("target", price(shadow.target)),
    ]
    if shadow.exit is None or shadow.r_multiple is None:
        return (*rows, say("Still followed on closed 15m candles; no money moves (S13)."))
    rows += [
        Row("left at", price(shadow.exit), (EXIT_SENTENCES[shadow.reason] if shadow.reason else "",)),
        Row("R", in_r(shadow.r_multiple), ("after both fees; no money moved",)),
    ]
    if shadow.closed_at is not None:
        rows.append(Row("left", shadow.closed_at))
    return tuple(rows)
