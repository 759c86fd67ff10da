"""Acts of review: one key a verdict, the cursor goes on by itself, and ten seconds to take it back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from atlas_tui.acts.inbox import advance, can_be_judged, item_of, rows_asked, still_waiting, to_waiting
from atlas_tui.acts.stage import REVIEW, Act, Stage
from atlas_tui.acts.trading import ask_to_close
from atlas_tui.screens.ask import ChoiceScreen, PromptScreen
from atlas_tui.screens.confirm import ConfirmScreen
from atlas_tui.tabs import Tab
from atlas_tui.views.words import STATUSES
from core.domain.commands import GiveVerdict, MarkReviewed, WithdrawVerdict, WriteNote
from core.domain.patterns import Side
from core.domain.review import ReviewVerdict
from core.domain.snapshot import PositionView, SetupView, SignalView

UNDO_S = 10.0
"""Real seconds in which `u` takes the last verdict, or batch of them, back."""
_MANY = 20
"""Verdicts at once that are asked about first."""
_WORDS = {
    ReviewVerdict.TAKEN: "taken", ReviewVerdict.REJECTED: "rejected", ReviewVerdict.SNOOZED: "snoozed",
    ReviewVerdict.WATCHED: "watched",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """The last verdict, or batch: what `u` takes back.

    Attributes:
        items: one for each verdict.
        at_s: monotonic real seconds.
    """

    items: tuple[str, ...]
    verdict: ReviewVerdict
    at_s: float


def _verdict(verdict: ReviewVerdict, to_next_bar: bool = False) -> Callable[[Stage, str], None]:
    return lambda stage, argument: _ask_for(stage, verdict, argument, to_next_bar=to_next_bar)


def _ask_for(stage: Stage, verdict: ReviewVerdict, argument: str, reason: str = "", to_next_bar: bool = False) -> None:
    """Give a verdict on the rows that are named, or on the one under the cursor."""
    *rows, last = argument.split() or [""]
    side = next((side for side in Side if verdict is ReviewVerdict.TAKEN and last.upper() == side.value), None)
    found = rows_asked(stage, " ".join(rows) if side is not None else argument)
    if isinstance(found, str):
        stage.say(found)
        return
    items = [item for item in found if not _is_over(stage, item)]

    def give() -> None:
        _give(stage, verdict, items, side, reason, to_next_bar)

    if not items:
        stage.say("this setup is over: there is nothing left to decide")
    elif len(items) > _MANY:
        question = ConfirmScreen(f"{_WORDS[verdict].capitalize()}: {len(items)} rows?", "u takes them back for 10 s.")
        stage.app.push_screen(question.then(lambda yes: give() if yes else None))
    else:
        give()


def _give(
    stage: Stage, verdict: ReviewVerdict, items: Sequence[str], side: Side | None, reason: str, to_next_bar: bool
) -> None:
    for item in items:
        stage.link.send(GiveVerdict(item, verdict, stage.snapshot.at, side, reason, to_next_bar))
    stage.given = Given(tuple(items), verdict, monotonic())
    what = _name(items[0]) if len(items) == 1 else f"{len(items)} rows"
    told = _WORDS[verdict] + (f" {side} only" if side else "") + (f" ({reason})" if reason else "")
    if verdict is ReviewVerdict.SNOOZED:
        told += " to the next bar" if to_next_bar else f" {stage.snapshot.policy.review.snooze_s // 60}m"
    left = advance(stage, items)
    stage.say(f"{told}: {what}; {f'{left} wait' if left else 'nothing waits'}, u undoes")


def _is_over(stage: Stage, item_id: str) -> bool:
    view = next((view for view in stage.snapshot.setups if view.setup.id == item_id), None)
    return view is not None and not view.pending


def _is_fresh(given: Given) -> bool:
    return monotonic() - given.at_s <= UNDO_S


def _name(item_id: str) -> str:
    return " ".join(item_id.split("|")[:3])


def _drop(stage: Stage, argument: str) -> None:
    """Reject a signal or a setup; on Positions, ask whether to close."""
    subject = stage.subject()
    if subject is not None and isinstance(subject.item, PositionView) and not argument:
        ask_to_close(stage, subject.item, subject.title)
        return
    refusal = can_be_judged(stage)
    if refusal:
        stage.say("a closed trade stays" if stage.tab is Tab.TRADES and subject is not None else refusal)
    else:
        _ask_for(stage, ReviewVerdict.REJECTED, argument)


def _reject_why(stage: Stage, argument: str) -> None:
    """Reject with a reason: one of the configured keys, or the text after `:`."""
    if argument:
        _ask_for(stage, ReviewVerdict.REJECTED, "", argument)
        return
    subject = stage.subject()
    title = subject.title if subject is not None else "this row"

    def answered(reason: str | None) -> None:
        if reason is not None:
            _ask_for(stage, ReviewVerdict.REJECTED, "", reason)

    stage.app.push_screen(ChoiceScreen(f"Reject {title}: why?", stage.snapshot.policy.review.reasons).then(answered))


def _undo(stage: Stage, _: str) -> None:
    """Take back what has not been acted on since; what has, is said."""
    given = stage.given
    if not isinstance(given, Given):
        return
    items = given.items
    over = {item: ended for item in items if (ended := _ended(stage, item))}
    back = [item for item in items if item not in over]
    for item in back:
        stage.link.send(WithdrawVerdict(item, stage.snapshot.at))
    stage.given = None
    stage.spoken.difference_update(items)
    key = next((key for key in stage.table.keys if item_of(key) in back[:1]), None)
    if key is not None:
        stage.table.move_cursor(key)
    stage.say(_undone_text(given.verdict, items, back, over))


def _undone_text(verdict: ReviewVerdict, items: Sequence[str], back: Sequence[str], over: Mapping[str, str]) -> str:
    """`taken back: 3 of 4 verdicts; too late for BTC 15m 2U-1-?: entered`."""
    told = []
    if back:
        count = f"{len(back)} of {len(items)} verdicts" if over else f"{len(items)} verdicts"
        told.append(f"taken back: {_WORDS[verdict]} {_name(items[0]) if len(items) == 1 else count}")
    if over:
        told.append("too late for " + ", ".join(f"{_name(item)}: {ended}" for item, ended in over.items()))
    return "; ".join(told)


def _ended(stage: Stage, item_id: str) -> str:
    """What has become of a setup that is over; empty while its verdict can be taken back."""
    snapshot = stage.snapshot
    view = next((view for view in snapshot.setups if view.setup.id == item_id and not view.pending), None)
    if view is None:
        return ""
    held = [each.position for each in snapshot.positions] + [trade.position for trade in snapshot.trades]
    if any(position.setup_id == item_id for position in held):
        return "entered"
    return f"refused {view.refusal.code}" if view.refusal is not None else STATUSES[view.status].lower()


def _nothing_to_undo(stage: Stage) -> str:
    if not isinstance(stage.given, Given):
        return "there is no verdict to take back"
    return "" if _is_fresh(stage.given) else "too late to undo: give the row another verdict"


def _note(stage: Stage, argument: str) -> None:
    subject = stage.subject()
    if subject is None:
        return

    def answered(text: str | None) -> None:
        if text:
            stage.link.send(WriteNote(subject.item_id, text, stage.snapshot.at))
            stage.say(f"noted on {subject.title}")

    if argument:
        answered(argument)
    else:
        stage.app.push_screen(PromptScreen(f"note on {subject.title}").then(answered))


def _no_subject(stage: Stage) -> str:
    subject = None if stage.on_page else stage.subject()
    noted = subject is not None and stage.tab in (Tab.SIGNALS, Tab.SETUPS, Tab.POSITIONS, Tab.TRADES)
    return "" if noted else "a note belongs to a signal, setup, position or trade: choose one"


def _reviewed(stage: Stage, argument: str) -> None:
    """Mark as reviewed, or take the mark back; with rows or `all`, mark those that wait."""
    if argument:
        found = rows_asked(stage, argument)
        if isinstance(found, str):
            stage.say(found)
            return
        items = [item for item in found if item in still_waiting(stage)]
        for item in items:
            stage.link.send(MarkReviewed(item, stage.snapshot.at))
        stage.say(f"{len(items)} rows marked as reviewed")
        return
    subject = stage.subject()
    if subject is not None and isinstance(subject.item, SetupView | SignalView):
        stage.link.send(MarkReviewed(subject.item_id, stage.snapshot.at))
        stage.say(f"reviewed: {subject.title}" if not subject.item.reviewed else f"not reviewed: {subject.title}")


def _inbox(stage: Stage, _: str) -> None:
    """To the next row that waits for a word."""
    if stage.tab not in (Tab.SIGNALS, Tab.SETUPS):
        stage.show_tab(Tab.SIGNALS)
        to_waiting(stage)
    else:
        advance(stage, ())
    waiting = len(still_waiting(stage))
    stage.say(f"{waiting} wait for a word" if waiting else "nothing waits for a word")


def _rows(_: Stage) -> Sequence[str]:
    return ("all", "1-10", "LONG", "SHORT")


def _reasons(stage: Stage) -> Sequence[str]:
    return [text for _, text in stage.snapshot.policy.review.reasons]


ACTS = (
    Act("take", ("a",), "take: arm it", REVIEW, _verdict(ReviewVerdict.TAKEN), "Take", "12",
        takes="[ROWS|all] [LONG|SHORT]", choices=_rows, why_not=can_be_judged, asks=True),
    Act("drop", ("x",), "reject; close a position", REVIEW, _drop, "", "123",
        (("1", "Reject"), ("2", "Reject"), ("3", "Close…")), takes="[ROWS|all]", choices=_rows, asks=True),
    Act("reject_why", ("X",), "reject with a reason", REVIEW, _reject_why, takes="[REASON]", choices=_reasons,
        why_not=can_be_judged, asks=True),
    Act("snooze", ("s",), "snooze for a while", REVIEW, _verdict(ReviewVerdict.SNOOZED), "Snooze", "12",
        takes="[ROWS|all]", choices=_rows, why_not=can_be_judged, asks=True),
    Act("put_off", ("Z",), "snooze to the next bar", REVIEW, _verdict(ReviewVerdict.SNOOZED, to_next_bar=True),
        takes="[ROWS|all]", choices=_rows, why_not=can_be_judged, asks=True),
    Act("watch", ("w",), "watch, do not trade", REVIEW, _verdict(ReviewVerdict.WATCHED), "Watch", "12",
        takes="[ROWS|all]", choices=_rows, why_not=can_be_judged, asks=True),
    Act("undo", ("u",), "undo, for 10 seconds", REVIEW, _undo, "Undo", "12", why_not=_nothing_to_undo, asks=True),
    Act("note", ("n",), "write a note", REVIEW, _note, "", "1234", takes="TEXT", why_not=_no_subject, asks=True),
    Act("inbox", ("i",), "next that waits", REVIEW, _inbox),
    Act("reviewed", ("space",), "mark as seen, or not", REVIEW, _reviewed, "Seen", "12", takes="[ROWS|all]",
        choices=_rows, asks=True),
)  # fmt: skip
