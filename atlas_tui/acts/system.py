"""Acts on the console itself: scan, copy, theme, help, quit."""

from typing import TYPE_CHECKING, Any

from textual.app import App

from atlas_tui.acts.rowtext import row_text
from atlas_tui.acts.stage import SYSTEM, Act, Stage
from atlas_tui.screens.confirm import ConfirmScreen
from atlas_tui.screens.read import ReadScreen, help_lines
from atlas_tui.theme_choice import next_theme, take_theme, theme_names
from core.domain.commands import Attend
from core.domain.snapshot import Snapshot

if TYPE_CHECKING:
    from core.ports import DeskLink  # every event and fact with it


def _scan(stage: Stage, _: str) -> None:
    stage.link.scan_now()
    stage.say("scan asked for")


def _reload(stage: Stage, _: str) -> None:
    """What came of it stands in the log, and behind the bar as the desk's last word."""
    stage.link.reload()
    stage.options.reread()
    stage.say("settings are read again: the log says what is new")


def _copy(stage: Stage, _: str) -> None:
    """The row to the terminal's clipboard, and where it can be seen."""
    text = row_text(stage, "\t")
    stage.app.copy_to_clipboard(text)
    stage.say(f"copied: {text.replace(chr(9), ' ')}")


def _no_row(stage: Stage) -> str:
    return "there is no row here to copy" if stage.on_page or stage.table.cursor_key is None else ""


def _theme(stage: Stage, argument: str) -> None:
    """The next theme, or the one that is named."""
    if not argument:
        next_theme(stage.app)
    elif not take_theme(stage.app, argument):
        stage.say(f"there is no theme {argument}: {', '.join(theme_names(stage.app))}")
        return
    stage.say(f"theme {stage.app.theme}")


def _themes(stage: Stage) -> list[str]:
    return [name.removeprefix("atlas-") for name in theme_names(stage.app)]


def _since(stage: Stage, _: str) -> None:
    """The strip stands until the next key."""
    stage.telling = "asked"
    stage.lay_out()


def _help(stage: Stage, _: str) -> None:
    stage.app.push_screen(ReadScreen("Keys", lambda width: help_lines(stage.told_keys, width)))


def _quit(stage: Stage, _: str) -> None:
    ask_to_quit(stage.app, stage.link, goes_on=stage.options.end_desk is not None)


def ask_to_quit(app: App[Any], link: "DeskLink", goes_on: bool = False) -> None:
    """Ask first, for the desk stops with the console; the window is there before the next key is looked at.

    Args:
        app: the console.
        link: its desk.
        goes_on: the desk runs in another process: leaving ends nothing, and nothing is asked.
    """
    if goes_on:
        _leave(app, link)
        return
    question = ConfirmScreen("Quit?", what_stops(link.snapshot))
    app.push_screen(question.then(lambda yes: _leave(app, link) if yes else None))


def _shut_down(stage: Stage, _: str) -> None:
    """End the desk, wherever it runs, once that is confirmed."""
    app, link, end_desk = stage.app, stage.link, stage.options.end_desk

    def answered(yes: bool | None) -> None:
        if yes and end_desk is not None:
            link.send(Attend(link.snapshot.at))
            end_desk()
            stage.say("the desk is ending; q leaves this console")
        elif yes:
            _leave(app, link)

    question = ConfirmScreen("Shut the desk down?", what_stops(link.snapshot, "for every console"))
    app.push_screen(question.then(answered))


def _leave(app: App[Any], link: "DeskLink") -> None:
    """End the console; what was there to see up to this key is no news at the next start."""
    link.send(Attend(link.snapshot.at))
    app.exit()


def what_stops(snapshot: Snapshot, how: str = "with the console") -> str:
    """What goes unwatched once the desk has stopped."""
    held, armed = len(snapshot.positions), sum(view.armed for view in snapshot.setups)
    if held:
        what, missed = f"{held} open {'position' if held == 1 else 'positions'}", "watches no stop"
    elif armed:
        what, missed = f"Flat, {armed} {'setup' if armed == 1 else 'setups'} armed", "takes none"
    else:
        what, missed = "Flat, no setup armed", "looks for none"
    return f"{what}: the desk stops {how}, and {missed} until it is started again."


ACTS = (
    Act("scan", ("r",), "scan now", SYSTEM, _scan, "Scan", asks=True),
    Act("copy", ("y",), "copy the row (OSC 52)", SYSTEM, _copy, why_not=_no_row),
    Act("theme", ("t",), "next theme, or one by name", SYSTEM, _theme, "Theme", takes="NAME", choices=_themes),
    Act("reload", (), "read the settings again", SYSTEM, _reload),
    Act("since", ("tilde",), "since you left", SYSTEM, _since),
    Act("help", ("question_mark",), "these keys", SYSTEM, _help, "Keys"),
    Act("quit", ("q",), "back, or quit", SYSTEM, _quit, "Quit"),
    Act("shutdown", (), "end the desk", SYSTEM, _shut_down, asks=True),
)
