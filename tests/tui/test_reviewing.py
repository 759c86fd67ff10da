"""The review queue: a key a verdict, the cursor goes on by itself, ten seconds to take it back."""

from dataclasses import replace
from time import monotonic

import pytest
from textual.events import Key

from atlas_tui.acts import reviewing
from atlas_tui.acts.inbox import item_of, next_waiting
from atlas_tui.lines import text_of
from atlas_tui.tabs import Tab, counts_of
from atlas_tui.views import signals
from atlas_tui.views.listing import Memo
from atlas_tui.views.said import said_lines
from atlas_tui.zones import UTC_ZONE
from core.domain.commands import Command, GiveVerdict, MarkReviewed, WithdrawVerdict, WriteNote
from core.domain.patterns import Side
from core.domain.review import Review, ReviewVerdict
from core.domain.review_views import NoteView, ReviewView
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.snapshot import Snapshot
from tests.tui.driven import Console
from tests.tui.snapshots_data import rich

PENDING = tuple(view.setup.id for view in rich().setups if view.pending)
FOUND = tuple(view.signal.id for view in rich().signals if not view.signal.in_progress)


def queue(*items: str) -> Snapshot:
    return replace(rich(), inbox=items or (*PENDING, *FOUND))


def verdicts(sent: list[Command]) -> list[tuple[str, ReviewVerdict]]:
    return [(command.item_id, command.verdict) for command in sent if isinstance(command, GiveVerdict)]


@pytest.mark.parametrize("size", [(40, 20), (50, 30), (80, 24), (120, 40)])
async def test_a_queue_is_cleared_with_one_key_a_row(size: tuple[int, int]) -> None:
    async with Console(queue(), size) as console:
        waiting = len(console.desk.snapshot.inbox)
        keys = ["x", "a", "x", "w", "x", "a", "x", "x", "x", "x"]
        await console.press("1")
        for key in keys[:waiting]:
            await console.press(key)
            done = [item for item, _ in verdicts(console.desk.sent)]
            left = tuple(item for item in console.desk.snapshot.inbox if item != done[-1])
            console.desk.publish(replace(console.desk.snapshot, inbox=left))
            await console.pilot.pause()
        given = [item for item, _ in verdicts(console.desk.sent)]
        assert len(given) == len(set(given)) == min(waiting, len(keys))
        assert set(given) <= {*PENDING, *FOUND}


async def test_keys_that_outrun_the_pictures_still_speak_of_every_row_once() -> None:
    async with Console(queue(), (50, 30)) as console:
        waiting = len(console.desk.snapshot.inbox)
        for key in ("i", *"xawxawxawxaw"[:waiting]):
            console.app.post_message(Key(key, key))
        await console.pilot.pause()
        given = [item for item, _ in verdicts(console.desk.sent)]
        assert len(given) == len(set(given)) == waiting
        await console.press("i")
        assert console.screen.echo == "nothing waits for a word"


async def test_the_cursor_skips_rows_nobody_has_to_decide() -> None:
    first, last = PENDING[0], FOUND[-1]
    async with Console(queue(first, last)) as console:
        await console.press("i")
        assert item_of(console.screen.table.cursor_key or "") == first
        await console.press("x")
        assert console.screen.table.cursor_key == last
        assert "1 wait" in console.screen.echo


async def test_u_takes_the_last_verdict_back_and_returns_to_its_row() -> None:
    async with Console(queue()) as console:
        await console.press("i")
        row = console.screen.table.cursor_key
        await console.press("a", "u")
        assert [type(command) for command in console.desk.sent] == [GiveVerdict, WithdrawVerdict]
        assert console.screen.table.cursor_key == row
        await console.press("u")
        assert console.screen.echo == "there is no verdict to take back"


async def test_after_ten_seconds_it_is_too_late_to_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Console(queue()) as console:
        await console.press("i", "x")
        later = monotonic() + reviewing.UNDO_S + 1
        monkeypatch.setattr(reviewing, "monotonic", lambda: later)
        await console.press("u")
        assert "too late to undo" in console.screen.echo
        assert len(console.desk.sent) == 1


async def test_a_batch_is_taken_back_whole() -> None:
    async with Console(queue()) as console:
        console.screen.perform(console.screen.act_named("drop"), "all")
        given = [item for item, _ in verdicts(console.desk.sent)]
        assert set(given) == {*PENDING, *FOUND} & {item_of(key) for key in console.screen.table.keys}
        await console.press("u")
        withdrawn = [command.item_id for command in console.desk.sent if isinstance(command, WithdrawVerdict)]
        assert withdrawn == given


async def test_of_a_batch_what_has_been_acted_on_stays_and_is_named() -> None:
    entered, refused, *rest = PENDING
    async with Console(queue(*PENDING), (120, 40)) as console:
        console.screen.perform(console.screen.act_named("take"), "all")
        console.desk.sent.clear()
        before = console.desk.snapshot
        over = {entered: SetupStatus.TRIGGERED, refused: SetupStatus.EXPIRED}
        views = tuple(replace(v, status=over.get(v.setup.id, v.status)) for v in before.setups)
        held = replace(before.positions[0], position=replace(before.positions[0].position, setup_id=entered))
        console.desk.publish(replace(before, setups=views, positions=(held,)))
        await console.pilot.pause()
        await console.press("u")
        withdrawn = [command.item_id for command in console.desk.sent if isinstance(command, WithdrawVerdict)]
        assert set(withdrawn) == set(rest)
        assert f"{len(rest)} of {len(PENDING)} verdicts; too late for " in console.screen.echo
        assert ": entered" in console.screen.echo and ": expired" in console.screen.echo


async def test_a_verdict_can_name_its_rows_and_its_side() -> None:
    async with Console(queue(), (120, 40)) as console:
        await console.press("2")
        console.screen.perform(console.screen.act_named("take"), "1 long")
        (command,) = console.desk.sent
        assert isinstance(command, GiveVerdict)
        assert (command.item_id, command.side) == (item_of(console.screen.table.keys[0]), Side.LONG)
        console.screen.perform(console.screen.act_named("take"), "99")
        assert "this list has rows 1 to" in console.screen.echo
        console.screen.perform(console.screen.act_named("take"), "some")
        assert "which rows?" in console.screen.echo


async def test_a_snooze_goes_on_to_the_next_row_and_has_a_key_of_its_own_for_the_next_bar() -> None:
    async with Console(queue()) as console:
        await console.press("i", "s", "Z")
        first, second = console.desk.sent
        assert isinstance(first, GiveVerdict) and isinstance(second, GiveVerdict)
        assert first.item_id != second.item_id
        assert (first.to_next_bar, second.to_next_bar) == (False, True)
        assert "to the next bar: " in console.screen.echo


async def test_a_reason_is_one_key() -> None:
    async with Console(queue()) as console:
        await console.press("i", "X")
        assert console.on_top == "ChoiceScreen"
        await console.press("c")
        (command,) = console.desk.sent
        assert isinstance(command, GiveVerdict)
        assert (command.verdict, command.reason) == (ReviewVerdict.REJECTED, "chop")
        await console.press("X", "q")
        assert (console.on_top, len(console.desk.sent)) == ("ConsoleScreen", 1)


async def test_a_note_is_typed_and_an_empty_one_is_none() -> None:
    async with Console(queue()) as console:
        await console.press("i", "n", *"chop", "enter")
        (command,) = console.desk.sent
        assert isinstance(command, WriteNote)
        assert command.text == "chop"
        await console.press("n", "enter")
        assert len(console.desk.sent) == 1


async def test_all_that_waits_can_be_marked_as_seen() -> None:
    async with Console(queue()) as console:
        console.screen.perform(console.screen.act_named("reviewed"), "all")
        marked = {command.item_id for command in console.desk.sent if isinstance(command, MarkReviewed)}
        assert marked == {*PENDING, *FOUND} & {item_of(key) for key in console.screen.table.keys}


async def test_a_setup_that_is_over_cannot_be_decided() -> None:
    over = next(view.setup.id for view in rich().setups if not view.pending)
    async with Console(queue()) as console:
        await console.go_to(over)
        await console.press("a")
        assert (console.desk.sent, console.screen.echo) == ([], "this setup is over: there is nothing left to decide")


async def test_verdicts_are_given_where_there_are_setups_and_signals() -> None:
    async with Console(queue()) as console:
        await console.press("7", "a")
        assert console.screen.echo == "verdicts are given on Signals and Setups: press 1 or 2"


@pytest.mark.parametrize("item_id", FOUND[:1])
def test_a_second_word_on_a_row_takes_the_place_of_the_first(item_id: str) -> None:
    memo, shown = Memo(), queue(*PENDING)
    for verdict, mark in ((ReviewVerdict.SNOOZED, "z"), (ReviewVerdict.REJECTED, "✕"), (ReviewVerdict.WATCHED, "◆")):
        said = ReviewView(Review(verdict, None, "", None, shown.at), ())
        listed = signals.rows(replace(shown, reviews={item_id: said}), UTC_ZONE, memo)
        (entry,) = (entry for entry in listed if item_of(entry.key) == item_id)
        assert entry.cells["mark"].text == mark


def test_what_waits_is_marked_and_what_was_said_is_written() -> None:
    pending, found = PENDING[0], FOUND[0]
    said = ReviewView(Review(ReviewVerdict.REJECTED, None, "chop", None, rich().at))
    snapshot = replace(queue(pending), reviews={found: said})
    by_key = {entry.key: entry for entry in signals.rows(snapshot, UTC_ZONE)}
    assert by_key[pending].cells["mark"].text == "?"
    assert (by_key[found].cells["mark"].text, by_key[found].cells["status"].text) == ("✕", "REJECTED")
    assert counts_of(snapshot)[Tab.SIGNALS] == 1


def test_a_setup_that_asks_says_so_and_is_not_shown_as_armed() -> None:
    view = next(view for view in rich().setups if view.setup.id == PENDING[0])
    asks = replace(view, held=dict.fromkeys(Side, Refusal.NOT_APPROVED))
    snapshot = replace(queue(PENDING[0]), setups=(asks,), signals=())
    (entry,) = signals.rows(snapshot, UTC_ZONE)
    assert entry.cells["status"].text == "ASK"
    assert not asks.armed


def test_verdict_reason_and_notes_are_told() -> None:
    at = rich().at
    told = ReviewView(Review(ReviewVerdict.SNOOZED, None, "late", at, at), (NoteView("watch the week", at),))
    text = [text_of(line) for line in said_lines(told, UTC_ZONE, 60)]
    assert text[0].startswith("snoozed until 19:32")
    assert text[0].endswith(": late")
    assert text[1].endswith("watch the week")


def test_the_next_that_waits_is_below_first_and_then_from_the_top() -> None:
    keys = ("a", "b|LONG", "c", "d")
    assert next_waiting(keys, 2, frozenset(("b", "d"))) == "d"
    assert next_waiting(keys, 3, frozenset(("b", "d"))) == "b|LONG"
    assert next_waiting(keys, 0, frozenset()) is None
