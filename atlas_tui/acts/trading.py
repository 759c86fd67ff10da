"""Acts on positions and entries."""

from atlas_tui.acts.stage import Act, Stage
from atlas_tui.lines import text_of
from atlas_tui.screens.confirm import ConfirmScreen
from atlas_tui.views.positions import profit_cells
from core.domain.commands import ClosePosition
from core.domain.snapshot import PositionView


def ask_to_close(stage: Stage, view: PositionView, title: str) -> None:
    """Close a position once it is confirmed."""

    def answered(yes: bool | None) -> None:
        if yes:
            stage.link.send(ClosePosition(view.position.id, stage.snapshot.at))
            stage.say(f"closing {title}")

    profit = text_of(profit_cells(stage.snapshot, view))
    question = ConfirmScreen(f"Close {title}?", f"At the live price, now {profit} before fees. This cannot be undone.")
    stage.app.push_screen(question, answered)


ACTS: tuple[Act, ...] = ()
