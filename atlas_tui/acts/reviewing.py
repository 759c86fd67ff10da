"""Acts of review: a verdict on the row under the cursor."""

from atlas_tui.acts.stage import REVIEW, Act, Stage
from atlas_tui.acts.trading import ask_to_close
from core.domain.commands import GiveVerdict, MarkReviewed
from core.domain.positions import ClosedTrade
from core.domain.review import ReviewVerdict
from core.domain.snapshot import PositionView, QuoteView, SetupView, SignalView


def _drop(stage: Stage, _: str) -> None:
    """Reject a signal or a setup, or ask whether to close a position."""
    subject = stage.subject()
    if subject is None:
        stage.say("there is nothing here to act on")
        return
    item, at = subject.item, stage.snapshot.at
    match item:
        case SignalView():
            stage.link.send(GiveVerdict(item.signal.id, ReviewVerdict.REJECTED, at))
            stage.say(f"dismissed: {subject.title}")
        case SetupView():
            if item.pending:
                stage.link.send(GiveVerdict(item.setup.id, ReviewVerdict.REJECTED, at))
                stage.say(f"disarmed: {subject.title}")
            else:
                stage.say("this setup is over: there is nothing to disarm")
        case PositionView():
            ask_to_close(stage, item, subject.title)
        case ClosedTrade():
            stage.say("a closed trade stays")
        case QuoteView():
            stage.say("nothing to drop here")


def _reviewed(stage: Stage, _: str) -> None:
    """Mark the row as reviewed, or take the mark back."""
    subject = stage.subject()
    if subject is not None and isinstance(subject.item, SetupView | SignalView):
        stage.link.send(MarkReviewed(subject.item_id, stage.snapshot.at))
        stage.say(f"reviewed: {subject.title}" if not subject.item.reviewed else f"not reviewed: {subject.title}")


ACTS = (
    Act("reviewed", ("space",), "mark as reviewed, or not", REVIEW, _reviewed, "Seen", "12"),
    Act("drop", ("x",), "reject, disarm, close…", REVIEW, _drop, "", "123",
        (("1", "Reject"), ("2", "Reject"), ("3", "Close…"))),
)  # fmt: skip
