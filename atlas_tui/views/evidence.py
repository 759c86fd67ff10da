"""Why an item is what it is: the bars it rests on, the filters' arithmetic, what became of it."""

from atlas_tui import formats
from atlas_tui.lines import Line, clip, rule, words
from atlas_tui.views.focus import Focus
from atlas_tui.views.prices import price_text
from atlas_tui.views.words import EXIT_SENTENCES, REFUSAL_SENTENCES, STATUS_SENTENCES, VERDICT_SENTENCES
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.bars import Bar, SeriesKey, average_true_range
from core.domain.positions import ClosedTrade
from core.domain.signals import JudgedLeg, short_hash
from core.domain.snapshot import PositionView, QuoteView, SetupView, SignalView, Snapshot


def evidence_lines(snapshot: Snapshot, focus: Focus, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """Sentences and bars, wrapped to the width."""
    found: list[Line] = [rule("evidence", width)]
    for text in _sentences(snapshot, focus, zone):
        found += words(text, width)
    if focus.levels is not None:
        found += _bar_lines(snapshot, focus, width, zone)
    if not isinstance(focus.item, QuoteView):
        whole = f"id {focus.item_id}"
        if len(whole) <= width:
            found.append((Cell(whole, "readable"),))
        found += words(f"atlas explain {short_hash(focus.item_id)}", width, "readable")
    return tuple(clip(line, width) for line in found)


def _sentences(snapshot: Snapshot, focus: Focus, zone: DisplayZone) -> list[str]:
    item = focus.item
    match item:
        case SetupView():
            return _setup_sentences(snapshot, item, focus, zone)
        case SignalView():
            signal = item.signal
            bar = zone.minute(signal.bar_start)
            shape = f"{signal.pattern} {signal.subtype}, completed in the bar of {bar}."
            if signal.in_progress:
                shape = f"{signal.pattern} {signal.subtype} in the bar of {bar}, still forming: gone if it becomes a 3."
            return [shape, "Its entry has already happened: shown, never traded.", *_filter_sentence(focus.judged)]
        case PositionView():
            held = item.position
            fee = f"fee {formats.usd(held.entry.fee)}, funding {formats.usd(held.funding, signed=True)}"
            opened = f"Opened {zone.minute(held.entry.at)} at {price_text(snapshot, held.symbol, held.entry.price)}"
            return [f"{opened} ({held.entry.tag}), {fee}.", f"One R is {formats.usd(held.risk_usd)}."]
        case ClosedTrade():
            held = item.position
            entry, left = (price_text(snapshot, held.symbol, fill.price) for fill in (held.entry, item.exit))
            first = f"Opened {zone.minute(held.entry.at)} at {entry}, closed {zone.minute(item.exit.at)} at {left}:"
            return [f"{first} {EXIT_SENTENCES[item.reason]}.", f"One R was {formats.usd(held.risk_usd)}."]
        case QuoteView():
            return [item.instrument.why if item.instrument else item.reason]


def _setup_sentences(snapshot: Snapshot, view: SetupView, focus: Focus, zone: DisplayZone) -> list[str]:
    setup = view.setup
    high = price_text(snapshot, setup.symbol, setup.long_trigger)
    low = price_text(snapshot, setup.symbol, setup.short_trigger)
    found = [
        f"Inside bar of {zone.minute(setup.bar_start)}: a price above {high} or below {low} breaks it.",
        f"{view.status}: {STATUS_SENTENCES[view.status]}.",
        *_filter_sentence(focus.judged),
        *_range_sentence(snapshot, focus),
    ]
    if view.resolution is not None:
        end = view.resolution
        at = f" at {price_text(snapshot, setup.symbol, end.price)}" if end.price is not None else ""
        found.append(f"Resolved {zone.minute(end.at)}{at}, TFC {end.tfc_score}/4: {end.cause}.")
    if view.refusal is not None:
        numbers = ", ".join(formats.named(name, value) for name, value in view.refusal.numbers)
        found.append(f"Refused {view.refusal.code}: {REFUSAL_SENTENCES[view.refusal.code]} ({numbers}).")
    return found


def _range_sentence(snapshot: Snapshot, focus: Focus) -> list[str]:
    """ATR(14) of the series' closed bars, where there are enough of them (STRAT.md S9)."""
    series = snapshot.series.get(SeriesKey(focus.symbol, focus.timeframe))
    average = average_true_range(series.closed) if series is not None else None
    return [] if average is None else [f"ATR(14) is {price_text(snapshot, focus.symbol, average)}."]


def _filter_sentence(judged: JudgedLeg | None) -> list[str]:
    if judged is None:
        return []
    leg = judged.leg
    numbers = f"reward {formats.ratio(leg.risk_reward)} R, way {formats.pct(leg.magnitude_pct, signed=False)}"
    return [f"{judged.verdict}: {VERDICT_SENTENCES[judged.verdict]} ({numbers}, {leg.target_kind} target)."]


def _bar_lines(snapshot: Snapshot, focus: Focus, width: int, zone: DisplayZone) -> list[Line]:
    """The bars around the setup bar: class, high and low, and with the room open and close."""
    view = snapshot.series.get(SeriesKey(focus.symbol, focus.timeframe))
    if view is None or focus.levels is None:
        return []
    at = next((index for index, bar in enumerate(view.closed) if bar.start == focus.levels.since), None)
    if at is None:
        return []
    found: list[Line] = []
    for index in range(max(0, at - 2), min(len(view.closed), at + 3)):
        bar, kind = view.closed[index], view.kinds[index]
        whole, high, low = (_prices(snapshot, focus.symbol, bar, names) for names in ("OHLC", "H", "L"))
        head = Cell(f"{'▶' if index == at else ' '} {zone.minute(bar.start)}  {kind.text:<2}  ", "setup")
        room = width - len(head.text)
        if len(both := f"{high}  {low}") > room:
            found += [(head, Cell(high)), (Cell(" " * len(head.text)), Cell(low))]
        else:
            found.append((head, Cell(whole if len(whole) <= room else both)))
    return found


def _prices(snapshot: Snapshot, symbol: str, bar: Bar, names: str) -> str:
    """`O 1.0  H 1.2`: those of the bar's prices that are named."""
    prices = {"O": bar.open, "H": bar.high, "L": bar.low, "C": bar.close}
    return "  ".join(f"{name} {price_text(snapshot, symbol, prices[name])}" for name in names)
