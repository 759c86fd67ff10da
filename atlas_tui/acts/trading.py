"""Acts on positions and entries: close, break-even, halt, pause, entries by hand."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from time import monotonic
from typing import TYPE_CHECKING

from atlas_tui import formats
from atlas_tui.acts.stage import TRADE, Act, Stage
from atlas_tui.later import Later
from atlas_tui.lines import text_of
from atlas_tui.screens.confirm import ConfirmScreen
from atlas_tui.views.positions import profit_cells
from core.domain.breakeven import why_stop_stays
from core.domain.commands import (
    ClosePosition,
    Command,
    EnterByHand,
    HaltEntries,
    MoveStopToEven,
    RearmGuard,
    ResumeEntries,
)
from core.domain.guards import Guard, HaltSource
from core.domain.patterns import Side
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import PositionView, SetupView

if TYPE_CHECKING:
    from atlas_tui.screens import entry
else:
    entry = Later("atlas_tui.screens.entry")

TWICE_S = 2.0
"""Real seconds within which K must be pressed again."""


def ask_to_close(stage: Stage, view: PositionView, title: str) -> None:
    """Close a position once it is confirmed."""
    profit = text_of(profit_cells(stage.snapshot, view))
    confirm(
        stage, f"Close {title}?", f"At the live price, now {profit} before fees. This cannot be undone.",
        [ClosePosition(view.position.id, stage.snapshot.at)], f"closing {title}",
    )  # fmt: skip


def confirm(stage: Stage, question: str, consequence: str, commands: Sequence[Command], done: str) -> None:
    """Send the commands once the question is answered with yes, and say that it is done."""

    def answered(yes: bool | None) -> None:
        if yes:
            for command in commands:
                stage.link.send(command)
            stage.say(done)

    stage.app.push_screen(ConfirmScreen(question, consequence).then(answered))


def _position(stage: Stage) -> PositionView | None:
    subject = None if stage.on_page else stage.subject()
    return subject.item if subject is not None and isinstance(subject.item, PositionView) else None


def _no_position(stage: Stage) -> str:
    return "" if _position(stage) is not None else "this needs an open position under the cursor: press 3"


def _even(stage: Stage, _: str) -> None:
    """Move the stop to break-even, or say with the numbers why it stays."""
    view = _position(stage)
    if view is None:
        return
    item, even = view.position, view.break_even
    why = why_stop_stays(item, view.mark, even) if even is not None else ""
    if why:
        stage.say(f"{item.symbol} stop stays: {why}")
    else:
        stage.link.send(MoveStopToEven(item.id, stage.snapshot.at))
        told = f"from {item.plan.stop} to {even}" if even is not None else "to break-even"
        stage.say(f"{item.symbol} stop goes {told}: the log (7) says so")


def _halt_key(stage: Stage, _: str) -> None:
    """K twice: one slip of a finger stops nothing."""
    now = monotonic()
    if now - stage.halt_asked_s > TWICE_S:
        stage.halt_asked_s = now
        stage.say("press K again to halt all entries; exits go on, :resume undoes it")
        return
    stage.halt_asked_s = float("-inf")
    _halt(stage, "")


def _halt(stage: Stage, argument: str) -> None:
    symbol = _symbol(stage, argument)
    if symbol is None:
        return
    stage.link.send(HaltEntries(symbol, HaltSource.HAND, stage.snapshot.at))
    scope = symbol or "every symbol"
    stage.say(f"entries of {scope} halted; exits go on; :resume{f' {symbol}' if symbol else ''} takes it back")


def _resume(stage: Stage, argument: str) -> None:
    symbol = _symbol(stage, argument)
    if symbol is None:
        return
    halts = [halt for halt in stage.snapshot.halts if not symbol or halt.scope == symbol]
    by_hand = [halt for halt in halts if halt.source is HaltSource.HAND]
    for halt in by_hand:
        stage.link.send(ResumeEntries(halt.scope, HaltSource.HAND, stage.snapshot.at))
    if len(by_hand) < len(halts):
        stage.say("halted by the file HALT in the state directory: remove the file to resume")
    else:
        stage.say(f"entries of {symbol or 'every symbol'} go on")


def _not_halted(stage: Stage) -> str:
    return "" if stage.snapshot.halts else "no entries are halted"


def _pause(stage: Stage, argument: str) -> None:
    """Pause or resume the entries of one symbol."""
    subject = None if stage.on_page else stage.subject()
    symbol = _symbol(stage, argument or (subject.symbol if subject is not None else ""))
    if symbol is None:
        return
    if not symbol:
        stage.say("which symbol? :pause SYMBOL, or choose a row")
    elif any(halt.scope == symbol and halt.source is HaltSource.HAND for halt in stage.snapshot.halts):
        _resume(stage, symbol)
    else:
        _halt(stage, symbol)


def _symbol(stage: Stage, argument: str) -> str | None:
    """The symbol as the desk spells it, empty for none; None (and a word about it) for one that is not watched."""
    known = [quote.symbol for quote in stage.snapshot.quotes]
    if not argument or argument.upper() in known:
        return argument.upper()
    stage.say(f"{argument} is not watched: {', '.join(known)}")
    return None


def _flatten(stage: Stage, _: str) -> None:
    held = stage.snapshot.positions
    names = ", ".join(f"{view.position.symbol} {view.position.side}" for view in held)
    net = formats.usd(sum((view.unrealised for view in held), Decimal(0)), signed=True)
    commands = [ClosePosition(view.position.id, stage.snapshot.at) for view in held]
    question = f"Close all {len(held)} positions?" if len(held) > 1 else "Close the only open position?"
    told = f"{names}: now {net} before fees, at the live prices. Entries are not halted by this: K K does that."
    confirm(stage, question, told, commands, f"closing {names}")


def _flat(stage: Stage) -> str:
    return "" if stage.snapshot.positions else "no position is open"


def _rearm(stage: Stage, argument: str) -> None:
    tripped = [view for view in stage.snapshot.guards if view.tripped]
    wanted = argument.upper().replace("-", "_")
    found = next((view.guard for view in tripped if view.guard.value == wanted), None)
    if found in (Guard.DRAWDOWN, Guard.LOSING_STREAK):
        stage.link.send(RearmGuard(found, stage.snapshot.at))
        stage.say(f"{found} armed again")
    elif found is not None:
        view = next(view for view in tripped if view.guard is found)
        stage.say(f"{found} is armed again {view.rearms}, not by hand")
    else:
        names = ", ".join(view.guard.value.lower() for view in tripped)
        stage.say(f"rearm which guard? tripped: {names or 'none'}")


def _guards(stage: Stage) -> Sequence[str]:
    return [view.guard.value.lower() for view in stage.snapshot.guards if view.tripped]


def _enter(stage: Stage, argument: str) -> None:
    """Enter the setup under the cursor now, with a part of the size: a window, or `:enter LONG 50` to begin with."""
    subject = stage.subject()
    if subject is None or not isinstance(subject.item, SetupView):
        return
    setup = subject.item.setup
    *words, last = argument.split() or [""]
    named = next((side for side in Side for word in (*words, last) if word.upper() == side.value), None)
    percent = _percent(last.rstrip("%"))
    if percent is None or (argument and named is None and not last.rstrip("%").isdecimal()):
        stage.say("enter how? :enter LONG|SHORT [PERCENT of the size, 1 to 100]")
        return
    parts = entry.parts_with(percent / 100)
    part = next(part for part in parts if part.fraction == percent / 100)
    first = entry.Chosen(named or subject.side or setup.legs[0].leg.side, part)

    def asked(side: Side, fraction: Decimal) -> EnterByHand:
        return EnterByHand(setup.id, side, fraction, stage.snapshot.at)

    def answered(chosen: "entry.Chosen | None") -> None:
        if chosen is not None:
            stage.link.send(asked(chosen.side, chosen.part.fraction))
            name = f"{setup.symbol} {setup.timeframe} {chosen.side}"
            stage.say(f"{name}: {chosen.part.name} of the size asked for; the log (7) has the answer")

    def expect(side: Side, fraction: Decimal) -> ExpectedEntry:
        return stage.link.expected(asked(side, fraction))

    title = f"{setup.symbol} {setup.timeframe} {setup.name}"
    stage.app.push_screen(entry.EntryScreen(stage.snapshot, title, expect, parts, first).then(answered))


def _percent(text: str) -> Decimal | None:
    """1 to 100; 100 where no number was given, None for a number out of bounds."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return Decimal(100)
    return found if found.is_finite() and 1 <= found <= 100 else None


def _no_setup(stage: Stage) -> str:
    subject = None if stage.on_page else stage.subject()
    if subject is None or not isinstance(subject.item, SetupView) or not subject.item.pending:
        return "this needs a waiting setup under the cursor: press 2"
    return ""


def _symbols(stage: Stage) -> Sequence[str]:
    return [quote.symbol for quote in stage.snapshot.quotes]


ACTS = (
    Act("even", ("m",), "stop to break-even", TRADE, _even, "Even", "3", why_not=_no_position, asks=True),
    Act("halt_key", ("K",), "K K: halt all entries", TRADE, _halt_key, "Halt", "35", asks=True),
    Act("pause", ("p",), "pause a symbol's entries", TRADE, _pause, takes="SYMBOL", choices=_symbols, asks=True),
    Act("enter", ("E",), "enter a setup by hand", TRADE, _enter, "", "2", takes="LONG|SHORT [PERCENT]",
        choices=lambda _: ("LONG", "SHORT", "25", "50", "75", "100"), why_not=_no_setup, asks=True),
    Act("halt", (), "halt entries, of all or of one symbol", TRADE, _halt, takes="[SYMBOL]", choices=_symbols,
        asks=True),
    Act("resume", (), "let halted entries go on", TRADE, _resume, takes="[SYMBOL]", choices=_symbols,
        why_not=_not_halted, asks=True),
    Act("flatten", (), "close every position", TRADE, _flatten, why_not=_flat, asks=True),
    Act("rearm", (), "arm a tripped guard again", TRADE, _rearm, takes="GUARD", choices=_guards, asks=True),
)  # fmt: skip
