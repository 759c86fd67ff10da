"""The finding: the bars it rests on, the rule in words, its levels, what the filters say of them (STRAT.md S1-S5)."""

from collections.abc import Sequence
from decimal import localcontext

from core.domain.bars import Bar, classify
from core.domain.explaining.case import Case
from core.domain.explaining.parts import Number, Part, Row, Section, Text, in_r, percent, price, say, tested
from core.domain.levels import MEASURED_R, Leg, Limits, Verdict, ahead, behind
from core.domain.margin import PRECISION
from core.domain.patterns import Pattern, Side, TargetKind
from core.domain.sentences import VERDICT_SENTENCES
from core.domain.signals import JudgedLeg

_MEANINGS = {
    Pattern.THREE_ONE_TWO: "an outside bar, an inside bar, and a break of the inside bar",
    Pattern.TWO_ONE_TWO: "a directional bar, an inside bar, and a break of the inside bar",
    Pattern.THREE_TWO: "an outside bar, and a break of it; the bars give no target",
    Pattern.THREE_TWO_TWO: "an outside bar, a directional bar, and a break of that bar's other side",
    Pattern.TWO_TWO: "a directional bar, and a break of its other side",
}


def pattern_sections(case: Case) -> list[Section]:
    """Bars, rule, levels and filters; nothing where the finding is not known."""
    if case.signal is None and case.setup is None:
        return []
    sections = [Section("Bars", _bar_rows(case)), Section("Rule", _rule_rows(case))]
    several = len(case.legs) > 1
    for judged in case.legs:
        name = f" {judged.leg.side}" if several else ""
        sections.append(Section(f"Levels{name}", _level_rows(case, judged.leg)))
        sections.append(Section(f"Filters{name}", _filter_rows(case, judged)))
    return sections


def classes(case: Case) -> tuple[str, ...]:
    """The classes the name spells, without the one that is still to come: `2D`, `1`."""
    name = case.signal.sequence if case.signal is not None else case.setup.setup.name if case.setup else ""
    return tuple(token for token in name.split("-") if token != "?")


def pattern_of(case: Case) -> Pattern | None:
    """Which of the five patterns a signal completed, or a setup's break completes."""
    if case.signal is not None:
        return case.signal.pattern
    match classes(case):
        case ("3", "1"):
            return Pattern.THREE_ONE_TWO
        case (_, "1"):
            return Pattern.TWO_ONE_TWO
        case ("3",):
            return Pattern.THREE_TWO
        case ("3", _):
            return Pattern.THREE_TWO_TWO
        case (_,):
            return Pattern.TWO_TWO
        case _:
            return None


def _bars(case: Case) -> tuple[Bar, ...]:
    return case.signal.bars if case.signal is not None else case.setup.setup.bars if case.setup else ()


def _bar_rows(case: Case) -> tuple[Row, ...]:
    bars, names = _bars(case), classes(case)
    rows: list[Row] = []
    roles = ("reference", "setup bar", "trigger bar") if case.signal is not None else ("reference", "setup bar")
    if not bars:
        rows.append(say("The ledger of its time did not keep the bars."))
    for at, bar in enumerate(bars):
        back = len(bars) - at
        known = names[-back] if back <= len(names) else classify(bars[at - 1], bar).text if at else "?"
        flags = ("" if bar.complete else ", not complete") + (", a bar is absent before it" if bar.gap_before else "")
        prices: Text = tuple(
            part
            for name, value in (("O ", bar.open), ("  H ", bar.high), ("  L ", bar.low), ("  C ", bar.close))
            for part in (name, price(value))
        )
        rows.append(Row(roles[-back], bar.start, (f"{known}  ", *prices, flags)))
    end = case.setup.resolution if case.setup is not None else None
    if end is not None and end.side is not None and end.price is not None:
        rows.append(Row("break", end.at, (f"{end.side} at ", price(end.price))))
    return tuple(rows)


def _rule_rows(case: Case) -> tuple[Row, ...]:
    pattern, found = pattern_of(case), classes(case)
    rows: list[Row] = []
    if case.signal is not None:
        signal = case.signal
        rows.append(Row("pattern", f"{pattern} {signal.subtype}", (_condition(found, "i", len(found) - 1),)))
        state = "its bar still forms, and it is gone if that becomes a 3" if signal.in_progress else "completed"
        rows.append(say(f"{signal.sequence} {signal.side}: {_MEANINGS[signal.pattern]}; {state}."))
        rows.append(say("Its entry has already happened: shown, never traded (S3.3)."))
    elif case.setup is not None and pattern is not None:
        setup = case.setup.setup
        name = setup.sequence_on(case.side) if case.side is not None else setup.name
        rows.append(Row("pattern", str(pattern), (f"{name}: ", _condition(found, "s", len(found) - 1))))
        rows.append(say(f"{_MEANINGS[pattern].capitalize()}."))
        rows.append(say(
            "A price above ", price(setup.long_trigger), " breaks it LONG, one below ", price(setup.short_trigger),
            " SHORT; touching is no break (S4.3).",
        ))  # fmt: skip
    return (*rows, *(row for judged in case.legs for row in _leg_words(case, judged.leg)))


def _condition(found: Sequence[str], letter: str, last: int) -> str:
    """`class[i-2] = 2D, class[i-1] = 1, class[i] = 2U`."""
    places = (f"[{letter}{at - last}]" if at < last else f"[{letter}]" for at in range(len(found)))
    return ", ".join(f"class{place} = {kind}" for place, kind in zip(places, found, strict=True))


def _leg_words(case: Case, leg: Leg) -> tuple[Row, ...]:
    """Where stop and target stand, by the bars themselves."""
    up = leg.side is Side.LONG
    return (
        say(f"{leg.side}: break of the {'high' if up else 'low'} of the setup bar at ", price(leg.entry),
            "; stop ", price(leg.stop), f" {_stop_words(case, leg)}; target ", price(leg.target),
            f" {_target_words(case, leg)}."),
    )  # fmt: skip


def _outer(case: Case) -> tuple[Bar, Bar] | None:
    """Bar i-2 and bar i-1 of a finding, where they were kept."""
    bars = _bars(case)[:-1] if case.signal is not None else _bars(case)
    return (bars[-2], bars[-1]) if len(bars) >= 2 else (bars[-1], bars[-1]) if bars else None


def _stop_words(case: Case, leg: Leg) -> str:
    pair = _outer(case)
    edge = "low" if leg.side is Side.LONG else "high"
    if pair is None:
        return "behind its bar"
    if leg.stop == behind(pair[1], leg.side):
        return f"behind the {edge} of the setup bar"
    if leg.stop == behind(pair[0], leg.side):
        return f"behind the {edge} of the bar before it"
    return "kept the ATR floor away from the entry (S9)"


def _target_words(case: Case, leg: Leg) -> str:
    if leg.target_kind is TargetKind.MEASURED:
        return f"at {MEASURED_R} x the risk, for the bars give none beyond the entry"
    pair = _outer(case)
    if pair is None or leg.target != ahead(pair[0], leg.side):
        return "where the bars give one"
    return f"at the {'high' if leg.side is Side.LONG else 'low'} of the bar before the setup bar"


def _level_rows(case: Case, leg: Leg) -> tuple[Row, ...]:
    reward = abs(leg.target - leg.entry)
    with localcontext() as context:
        context.prec = PRECISION
        rows: list[Row] = [
            Row("entry", price(leg.entry), (f"{leg.side}, the level to be broken",)),
            Row("stop", price(leg.stop)),
            Row("target", price(leg.target), (f"{leg.target_kind}",)),
            Row("risk", price(leg.risk), ("= |", price(leg.entry), " - ", price(leg.stop), "|")),
            Row("reward", price(reward), ("= |", price(leg.target), " - ", price(leg.entry), "|")),
            Row("magnitude", percent(leg.magnitude_pct), ("= ", price(reward), " / ", price(leg.entry))),
            Row("R:R", in_r(leg.risk_reward), ("= ", price(reward), " / ", price(leg.risk))),
        ]
    if case.now is not None and case.now.atr is not None:
        rows.append(Row("ATR(14)", price(case.now.atr), ("of the closed bars now; shown only",)))
    return tuple(rows)


_ORDER = (Verdict.MAINTENANCE_GAP, Verdict.MIN_MAGNITUDE, Verdict.MIN_RISK_REWARD)


def _filter_rows(case: Case, judged: JudgedLeg) -> tuple[Row, ...]:
    """Each filter in its order with its number, its limit and how it came out; the first that fails is the verdict."""
    item = case.signal if case.signal is not None else case.setup.setup if case.setup else None
    limits = item.limits if item is not None else None
    failed = _ORDER.index(judged.verdict) if judged.verdict in _ORDER else len(_ORDER)
    rows: list[Row] = []
    for at, verdict in enumerate(_ORDER):
        passed = None if at > failed else at != failed
        value, how = _filter(case, judged.leg, verdict, limits, failed=passed is False)
        rows.append(tested(verdict.value, passed, value, *how))
    rows.append(Row("verdict", judged.verdict.value, (VERDICT_SENTENCES[judged.verdict],)))
    if limits is None:
        rows.append(say("The ledger of its time did not keep the limits that held then."))
    return tuple(rows)


def _filter(
    case: Case, leg: Leg, verdict: Verdict, limits: Limits | None, failed: bool
) -> tuple[Part | None, tuple[Part, ...]]:
    """A filter's number and what it is held against."""
    match verdict:
        case Verdict.MAINTENANCE_GAP:
            if not failed:
                return None, ("no bar is absent, incomplete or in the maintenance window",)
            absent = any(bar.gap_before or not bar.complete for bar in _bars(case))
            return None, (
                "a bar above is absent or not complete" if absent
                else "a bar is in the maintenance window, or one is absent after the setup bar",
            )  # fmt: skip
        case Verdict.MIN_MAGNITUDE:
            return percent(leg.magnitude_pct), _least(percent(limits.min_magnitude_pct) if limits else None)
        case _:
            how = _least(in_r(limits.min_risk_reward) if limits else None)
            refused = limits is not None and not limits.measured_targets and leg.target_kind is TargetKind.MEASURED
            return in_r(leg.risk_reward), (*how, "; measured targets are off") if refused else how


def _least(limit: Number | None) -> tuple[Part, ...]:
    return ("at least ", limit) if limit is not None else ()
