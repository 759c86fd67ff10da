"""One explanation for the screen and the command line: why an item is what it is, in sections with exact numbers."""

from collections.abc import Iterator

from core.domain.explaining.case import Case
from core.domain.explaining.life import life_sections
from core.domain.explaining.moment import end_rows, moment_sections
from core.domain.explaining.money import money_sections
from core.domain.explaining.parts import Explanation, Mark, Row, Section, in_r, named, price, say, size, tested, usd
from core.domain.explaining.pattern import pattern_sections
from core.domain.levels import Verdict
from core.domain.positions import ClosedTrade, Origin
from core.domain.review_views import ReviewView
from core.domain.sentences import EXIT_SENTENCES, REFUSAL_SENTENCES, STATUS_SENTENCES, VERDICT_SENTENCES
from core.domain.signals import short_hash
from core.domain.snapshot import SetupView


def explain(case: Case) -> Explanation:
    """Every section of the case that has something to say, in the order the desk came to it."""
    sections = (
        Section("In short", tuple(_summary(case))),
        *pattern_sections(case),
        *moment_sections(case),
        *money_sections(case),
        *life_sections(case),
        Section("Your word", tuple(_word_rows(case))),
        Section("Known as", _ids(case)),
    )
    return Explanation(case.item_id, title_of(case), tuple(section for section in sections if section.rows))


def title_of(case: Case) -> str:
    """`BTC 1h 2D-1-2U LONG TARGET`."""
    if case.signal is not None:
        found = case.signal
        return f"{found.symbol} {found.timeframe} {found.sequence} {found.side} signal"
    if case.position is not None:
        held = case.position
        state = case.trade.reason.value if case.trade is not None else "open"
        return f"{held.symbol} {held.timeframe} {held.pattern} {held.side} {state}"
    if case.setup is None:
        return case.item_id
    setup = case.setup.setup
    name = setup.sequence_on(case.side) if case.side is not None else setup.name
    state = case.setup.refusal.code.value if case.setup.refusal is not None else case.setup.status.value
    return f"{setup.symbol} {setup.timeframe} {name} {case.side or ''} {state}".replace("  ", " ")


def _summary(case: Case) -> Iterator[Row]:
    """A sentence or three: what it is, and why."""
    if case.signal is not None:
        verdict = case.signal.judged.verdict
        yield say(f"A completed {case.signal.pattern}: {VERDICT_SENTENCES[verdict]}. Shown, never traded.")
    elif case.trade is not None:
        yield from _trade_summary(case.trade)
        if not case.story:
            asked = f"atlas explain {short_hash(case.trade.id)}"
            yield say(f"The console keeps the newest trades in full; {asked} tells the rest of this one.")
    elif case.position is not None:
        held = case.position
        by = " by hand" if held.origin is Origin.HAND else ""
        yield say(f"Opened {held.side}{by} ", held.entry.at, ": ", size(held.size), f" {held.symbol} at ",
                  price(held.entry.price), "; one R is ", usd(held.risk_usd), ".")  # fmt: skip
    elif case.setup is not None:
        yield from _setup_summary(case, case.setup)


def _trade_summary(trade: ClosedTrade) -> Iterator[Row]:
    held = trade.position
    yield say(f"Opened {held.side} ", held.entry.at, " at ", price(held.entry.price), ", closed ", trade.exit.at,
              " at ", price(trade.exit.price), f": {EXIT_SENTENCES[trade.reason]}.")  # fmt: skip
    yield say("Net ", usd(trade.net), ", ", in_r(trade.r_multiple), ".")


def _setup_summary(case: Case, view: SetupView) -> Iterator[Row]:
    if view.refusal is not None:
        found = view.refusal
        yield say(f"Broken {found.side} at ", price(found.price), " ", found.at, f" and not taken: {found.code}, ",
                  REFUSAL_SENTENCES[found.code], *named(found.numbers), ".")  # fmt: skip
        return
    yield say(f"{view.status}: {STATUS_SENTENCES[view.status]}.")
    yield from end_rows(case)
    if view.pending:
        yield from _waiting(case, view)


def _waiting(case: Case, view: SetupView) -> Iterator[Row]:
    """What a pending setup waits for, and what would hold it back."""
    setup = view.setup
    for judged in setup.legs:
        side, word = judged.leg.side, view.held.get(judged.leg.side)
        where = "above" if side.sign > 0 else "below"
        if judged.verdict is not Verdict.OK:
            yield tested(f"{side}", False, judged.verdict.value,
                         f"{VERDICT_SENTENCES[judged.verdict]}: its break would be refused")  # fmt: skip
        elif word is not None:
            yield tested(f"{side}", False, word.value, f"{REFUSAL_SENTENCES[word]}: its break would be refused")
        else:
            yield tested(f"{side}", True, "armed", f"waits for a price {where} ", price(judged.leg.entry))
    if case.now is not None and case.now.price is not None:
        yield Row("price now", price(case.now.price), (case.now.at,))
    ends = setup.bar_end + (setup.max_unbroken + 1) * setup.timeframe.span
    yield Row("expires", ends, (f"with the close of bar {setup.max_unbroken + 1} after it, unbroken (S4.2)",))


def _word_rows(case: Case) -> Iterator[Row]:
    """Verdict and notes on the item and what hangs together with it, and the halts that hold it now."""
    ids = [case.item_id, case.setup.setup.id if case.setup else "", case.position.id if case.position else "",
           case.position.setup_id if case.position else ""]  # fmt: skip
    for item_id in dict.fromkeys(ids):
        yield from _said(case.words.get(item_id))
    if case.position is not None and case.position.origin is Origin.HAND:
        yield say("Entered by hand, before the break.")
    if case.setup is not None and case.setup.pending:
        for halt in case.halts:
            if halt.scope in ("", case.setup.setup.symbol):
                yield Row("halted", halt.since, (f"entries of {halt.scope or 'every symbol'}, by {halt.source}",),
                          Mark.FAIL)  # fmt: skip


def _said(view: ReviewView | None) -> Iterator[Row]:
    if view is None:
        return
    if view.review is not None:
        review = view.review
        side = f" {review.side} only" if review.side is not None else ""
        until = (" until ", review.until) if review.until is not None else ()
        reason = f": {review.reason}" if review.reason else ""
        yield Row("verdict", f"{review.verdict}{side}", (review.at, *until, reason))
    for note in view.notes:
        yield Row("note", note.at, (note.text,))


def _ids(case: Case) -> tuple[Row, ...]:
    found = {"id": case.item_id}
    if case.position is not None:
        found["setup"] = case.position.setup_id
        found["position"] = case.position.id
    elif case.setup is not None:
        found["setup"] = case.setup.setup.id
    shown = {name: item_id for name, item_id in found.items() if name == "id" or item_id != case.item_id}
    return tuple(Row(name, short_hash(item_id), (item_id,)) for name, item_id in shown.items())
