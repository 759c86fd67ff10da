"""The moment of the break, or of detection: continuity, the veto, and every gate in its order (STRAT.md S6, S9)."""

from collections.abc import Iterator, Sequence

from core.domain.bars import BarKind
from core.domain.continuity import Standing, Stood, tfc_score, told
from core.domain.explaining.case import Case
from core.domain.explaining.money import Arithmetic, arithmetic_of, terms_of
from core.domain.explaining.parts import (
    Mark,
    Part,
    Row,
    Section,
    Terms,
    count,
    named,
    price,
    say,
    seconds,
    size,
    tested,
    times,
    usd,
)
from core.domain.patterns import Side
from core.domain.positions import Origin
from core.domain.sentences import REFUSAL_SENTENCES
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.timeframes import CONTINUITY, VETOING, Timeframe

_ABOVE = {1: "above its open", 0: "at its open", -1: "below its open"}


def stood_then(case: Case) -> tuple[str, Stood]:
    """When the standings were taken, in words, and what they were; empty where they were not kept."""
    if case.signal is not None:
        return "at detection", case.signal.standings
    end = case.setup.resolution if case.setup is not None else None
    if end is not None:
        return "at the break", end.standings
    return "now", case.now.standings if case.now is not None else ()


def moment_sections(case: Case) -> list[Section]:
    """Continuity and veto; the gates of a setup that was broken live."""
    when, kept = stood_then(case)
    sides = (case.side,) if case.side is not None else tuple(Side)
    sections = [Section("Continuity", _continuity_rows(case, when, kept, sides))]
    timeframe = _timeframe(case)
    if kept and timeframe is not None:
        sections.append(Section("Veto", _veto_rows(case, kept, timeframe)))
    if case.position is not None or (case.setup is not None and case.setup.refusal is not None):
        sections.append(Section("Gates", tuple(_gate_rows(case))))
    return sections


def _timeframe(case: Case) -> Timeframe | None:
    if case.signal is not None:
        return case.signal.timeframe
    item = case.position or (case.setup.setup if case.setup is not None else None)
    return item.timeframe if item is not None else None


def _continuity_rows(case: Case, when: str, kept: Stood, sides: Sequence[Side]) -> tuple[Row, ...]:
    if not kept:
        return tuple(_without_standings(case))
    standings, opens = told(kept), terms_of(case)
    rows: list[Row] = []
    for timeframe, standing in sorted(standings.items(), reverse=True):
        rows.append(_standing_row(timeframe, standing, opens, sides))
    for side in sides:
        name = "score" if len(sides) == 1 else f"score {side}"
        rows.append(Row(name, count(tfc_score(standings, side)), (f"of 4 on the {side} side, {when}",)))
    least = opens.text("least_continuity") or (str(case.now.least_continuity) if case.now is not None else None)
    if least is not None:
        rows.append(say(f"At least {least} must count: a 2 by its class, a 3 by its color, a 1 never (S6.1)."))
    return tuple(rows)


def _standing_row(timeframe: Timeframe, standing: Standing, opens: Terms, sides: Sequence[Side]) -> Row:
    """`1d  2U  opened at 90,120, stood above it: counts LONG`."""
    opened = opens.number(f"open_{timeframe}")
    how: list[Part] = [f"stood {_ABOVE[int(standing.close)]}"]
    now = opens.number("price")
    if opened is not None and now is not None:
        how += [" ", price(opened), ", now ", price(now)]
    counted = [side for side in sides if standing.supports(side)]
    if timeframe not in CONTINUITY:
        return Row(str(timeframe), standing.kind.text, (*how, "; shown only"))
    how.append(f"; counts {', '.join(counted)}" if counted else "; does not count")
    return Row(str(timeframe), standing.kind.text, tuple(how), Mark.PASS if counted else Mark.NONE)


def _without_standings(case: Case) -> Iterator[Row]:
    if case.signal is not None:
        yield Row("score", count(case.signal.tfc_score), ("of 4, at detection",))
        yield say("The ledger of its time did not keep how each timeframe stood.")
        return
    view = case.setup
    if view is None:
        yield say("How the timeframes stood is kept with the setup, which is not at hand.")
    elif view.pending:
        for judged in view.setup.legs:
            yield Row(f"score {judged.leg.side}", count(judged.tfc_score), ("of 4, when it was found",))
        yield say("It is asked again at the break; how it stands now only a running console sees.")
    elif view.resolution is not None and view.resolution.side is not None:
        yield Row("score", count(view.resolution.tfc_score), ("of 4, at the break",))
        yield say("The ledger of its time did not keep how each timeframe stood.")
    else:
        yield say("Not asked: no live price broke it.")


_SWITCH = {True: "on", False: "off"}
_ASKED = {
    "off": "The veto is switched off.",
    None: "The veto was not asked here.",
}


def _veto_rows(case: Case, kept: Stood, timeframe: Timeframe) -> tuple[Row, ...]:
    """The week and the day, where they are above the finding's own timeframe (S6.2)."""
    terms, standings = terms_of(case), told(kept)
    switch = terms.text("veto") if case.now is None or case.position is not None else _SWITCH[case.now.veto]
    rows: list[Row] = []
    for each in VETOING:
        standing = standings.get(each)
        if each <= timeframe:
            rows.append(tested(str(each), None, None, f"not above {timeframe}"))
        elif standing is None:
            rows.append(tested(str(each), True, None, "no bar"))
        else:
            inside = standing.kind is BarKind.INSIDE
            word = ("inside: vetoes" if switch == "on" else "inside") if inside else "not inside"
            rows.append(tested(str(each), not inside if switch == "on" else None, standing.kind.text, word))
    return (*rows, say(_ASKED[switch])) if switch != "on" else tuple(rows)


_GATES: tuple[tuple[str, tuple[Refusal, ...]], ...] = (
    ("filters", (Refusal.MAINTENANCE_GAP, Refusal.MIN_MAGNITUDE, Refusal.MIN_RISK_REWARD)),
    ("MAINTENANCE", (Refusal.MAINTENANCE,)),
    ("VETO", (Refusal.VETO_1W, Refusal.VETO_1D)),
    ("CONTINUITY", (Refusal.LOW_CONTINUITY,)),
    ("POSITION_OPEN", (Refusal.POSITION_OPEN,)),
    ("STALE_PRICE", (Refusal.STALE_PRICE,)),
    ("LEVERAGE", (Refusal.INVALID, Refusal.LEVERAGE)),
    ("NOTIONAL", (Refusal.MIN_NOTIONAL, Refusal.MAX_NOTIONAL)),
    ("MIN_SIZE", (Refusal.MIN_SIZE,)),
    ("MARGIN", (Refusal.MARGIN,)),
    ("LIQUIDATION", (Refusal.LIQUIDATION_FIRST,)),
    ("your word", (Refusal.REJECTED, Refusal.SNOOZED, Refusal.WATCHED, Refusal.IGNORED, Refusal.NOT_APPROVED)),
    ("halts", (Refusal.HALTED, Refusal.PAUSED)),
    ("guards", (Refusal.DAILY_LOSS, Refusal.DRAWDOWN, Refusal.LOSING_STREAK, Refusal.COOL_DOWN, Refusal.CLOCK_SKEW,
                Refusal.EXPOSURE)),
)  # fmt: skip
"""Every gate in the order they are asked, with the refusals it may give."""


_QUIET = {
    "MAINTENANCE": "the venue was open",
    "VETO": "neither 1w nor 1d above it was inside",
    "POSITION_OPEN": "none in this symbol",
    "halts": "none",
    "guards": "none had tripped",
}
"""What it means that a gate without numbers let the entry through."""


def _gate_rows(case: Case) -> Iterator[Row]:
    refusal = case.setup.refusal if case.setup is not None else None
    code = refusal.code if refusal is not None and case.position is None else None
    terms, sum_of = terms_of(case), arithmetic_of(case)
    left: list[str] = []
    over = False
    for name, codes in _GATES:
        if over:
            left.append(name)
        elif refusal is not None and code is not None and code in codes:
            over = True
            yield tested(name, False, code.value, REFUSAL_SENTENCES[code], *named(refusal.numbers))
        else:
            yield tested(name, True, None, *_passed(case, name, terms, sum_of))
    if left:
        yield tested("not asked", None, None, ", ".join(left))


def _passed(case: Case, name: str, terms: Terms, sum_of: Arithmetic | None) -> tuple[Part, ...]:
    """What a gate that let the entry through had compared, where that was kept."""
    match name:
        case "filters":
            return ("OK",)
        case "CONTINUITY":
            end, least = case.setup.resolution if case.setup is not None else None, terms.text("least_continuity")
            return (f"{end.tfc_score} of 4, at least {least}",) if end is not None and least is not None else ()
        case "STALE_PRICE":
            ages = terms.numbers("age_s", "stale_after_s")
            return (seconds(ages[0]), " old, at most ", seconds(ages[1])) if ages is not None else ()
        case "your word":
            by_hand = case.position is not None and case.position.origin is Origin.HAND
            return ("entered by hand: needs none" if by_hand else "nothing said against it",)
        case "VETO" if terms.text("veto") == "off":
            return ("switched off",)
        case _ if name in _QUIET:
            return (_QUIET[name],)
        case _:
            return _money_passed(name, sum_of) if sum_of is not None and sum_of.size is not None else ()


def _money_passed(name: str, sum_of: Arithmetic) -> tuple[Part, ...]:
    sizing, settled = sum_of.sizing, sum_of.settled
    if sizing is None:
        return ()
    match name:
        case "LEVERAGE":
            return (times(sizing.leverage), " of at most ", times(sum_of.maximum))
        case "NOTIONAL":
            return (
                usd(sizing.notional),
                " from ",
                usd(sum_of.risk.min_notional),
                " to ",
                usd(sum_of.risk.max_notional),
            )
        case "MIN_SIZE" if sum_of.size is not None:
            return (size(sum_of.size), ", at least ", size(sum_of.least))
        case "MARGIN" if settled is not None:
            return (usd(settled.amount), " of ", usd(sum_of.free), " free")
        case "LIQUIDATION" if settled is not None and settled.liquidation is not None:
            return ("the stop ", price(sum_of.stop), " comes before ", price(settled.liquidation))
        case _:
            return ()


def end_rows(case: Case) -> tuple[Row, ...]:
    """How a setup ended that no gate was asked about."""
    view = case.setup
    if view is None or view.pending or view.status is SetupStatus.TRIGGERED or view.resolution is None:
        return ()
    return (Row("ended", view.resolution.at, (view.resolution.cause,)),)
