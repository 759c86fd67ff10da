"""Acts on acts: the command line, the palette, jump letters, and what only they reach."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas_tui.acts.commandline import Typed, choices, typed
from atlas_tui.acts.stage import FIND, NAVIGATE, SYSTEM, Act, Stage
from atlas_tui.later import Later
from atlas_tui.tabs import Tab
from atlas_tui.theme_choice import Preview
from atlas_tui.views.focus import series_focus
from core.domain.timeframes import SCANNED, Timeframe

if TYPE_CHECKING:
    from atlas_tui import exporting
    from atlas_tui.screens import command, detail, jump
else:
    exporting = Later("atlas_tui.exporting")
    command = Later("atlas_tui.screens.command")
    detail = Later("atlas_tui.screens.detail")
    jump = Later("atlas_tui.screens.jump")


def run_line(stage: Stage, line: str) -> None:
    """Do what a typed line asks, or say why not."""
    found = typed(line, stage.keys)
    if isinstance(found, str):
        stage.say(found)
    else:
        stage.perform(found.act, found.argument)


def _ask(stage: Stage, palette: bool) -> None:
    preview = Preview(stage.app)

    def answered(line: str | None) -> None:
        stage.history.leave()
        preview.show("")
        if line:
            stage.history.add(line)
            run_line(stage, line)

    window = command.CommandScreen(lambda text: choices(text, stage), stage.history, palette)
    window.look = lambda line: preview.show(theme_named(line, stage.keys))
    stage.app.push_screen(window.then(answered))


def theme_named(line: str, acts: Sequence[Act]) -> str:
    """The theme that a line asks for; empty where it asks for something else."""
    found = typed(line, acts)
    return found.argument if isinstance(found, Typed) and found.act.id == "theme" else ""


def _command(stage: Stage, _: str) -> None:
    _ask(stage, palette=False)


def _palette(stage: Stage, _: str) -> None:
    _ask(stage, palette=True)


def _jump(stage: Stage, _: str) -> None:
    table = stage.table
    x, y = table.region.x, table.region.y + 1
    targets = [jump.Target(x, y + at * table.row_height, key) for at, key in enumerate(table.keys_in_view)]

    def answered(key: str | None) -> None:
        if key is not None:
            table.move_cursor(key)

    stage.app.push_screen(jump.JumpScreen(targets).then(answered))


def _no_rows(stage: Stage) -> str:
    return "there are no rows here to jump to" if stage.on_page or not stage.table.row_count else ""


def _go(stage: Stage, argument: str) -> None:
    """`:go eth 1d` opens the chart of a series, `:go trades` a tab."""
    asked = argument.lower().split()
    if not asked:
        stage.say("go where? :go SYMBOL [TIMEFRAME], or :go TAB")
        return
    tab = next((tab for tab in Tab if tab.name.lower().startswith(asked[0]) and len(asked) == 1), None)
    symbols = {quote.symbol.lower(): quote.symbol for quote in stage.snapshot.quotes}
    symbol = symbols.get(asked[0])
    if symbol is None:
        if tab is not None:
            stage.show_tab(tab)
        else:
            stage.say(f"there is no symbol or tab {asked[0]}: {', '.join(symbols.values())}")
        return
    timeframe = _timeframe(asked[1]) if len(asked) > 1 else SCANNED[0]
    if timeframe is None:
        stage.say(f"{asked[1]} is none of {', '.join(str(each) for each in SCANNED)}")
        return
    focus = series_focus(stage.snapshot, symbol, timeframe)
    if focus is not None:
        stage.app.push_screen(detail.DetailScreen(stage.snapshot, focus, stage.options))


def _timeframe(text: str) -> Timeframe | None:
    return next((each for each in SCANNED if str(each) == text), None)


def _places(stage: Stage) -> list[str]:
    symbols = [quote.symbol.lower() for quote in stage.snapshot.quotes]
    return [*symbols, *(str(each) for each in SCANNED), *(tab.name.lower() for tab in Tab)]


def _export(stage: Stage, argument: str) -> None:
    """`:export trades csv`."""
    asked = argument.lower().split()
    what = asked[0] if asked else stage.tab.name.lower()
    style = asked[1] if len(asked) > 1 else exporting.FORMATS[0]
    if what not in exporting.LISTS or style not in exporting.FORMATS:
        stage.say(f"export what? :export {'|'.join(exporting.LISTS)} {'|'.join(exporting.FORMATS)}")
    elif stage.options.masked:
        stage.say("amounts are masked: nothing is exported; start without the mask")
    else:
        stage.say(exporting.export(stage.snapshot, what, style, stage.options.export_dir))


def _exports(stage: Stage) -> list[str]:
    return [*exporting.LISTS, *exporting.FORMATS]


ACTS = (
    Act("command", ("colon",), "type a command", FIND, _command, "Command"),
    Act("palette", ("ctrl+p", "P"), "every command, to search", FIND, _palette),
    Act("jump", ("o",), "jump to a row by letter", NAVIGATE, _jump, why_not=_no_rows),
    Act("go", (), "open a series' chart, or a tab", NAVIGATE, _go, takes="SYMBOL [TF] | TAB", choices=_places),
    Act("export", (), "write a list into a file", SYSTEM, _export, takes="LIST csv|json", choices=_exports),
)
