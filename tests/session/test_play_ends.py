"""How a play ends before its recording does: damage, a file that is gone, a ledger that cannot be written."""

from collections.abc import Collection, Iterator
from math import inf

import pytest

from core.domain.commands import WriteNote
from core.domain.errors import RecordingError
from core.domain.link import PlayState
from core.domain.taped import DeskBegan, Taped
from tests.builders import TUESDAY, a_policy
from tests.fakes import ListTape
from tests.session.lives import Life
from tests.session.played import Played, ticks


class Broken(ListTape):
    """Cannot be read from an entry on."""

    def entries(self, kinds: Collection[type] | None = None) -> Iterator[tuple[int, Taped]]:
        for number, entry in super().entries():
            if number == 12:
                raise RecordingError("part 1, line 14: cannot be read")
            if kinds is None or type(entry) in kinds:
                yield number, entry


def test_what_is_damaged_is_played_up_to_the_damage() -> None:
    tape = Broken()
    tape.kept = ticks(*range(60, 3600, 60)).kept
    played = Played(tape)
    played.to_the_end()
    shown = played.player._paint().link
    assert played.reel.number == 12
    assert shown.problem == "part 1, line 14: cannot be read: the play ends here"
    assert shown.play is not None
    assert shown.play.state is PlayState.ENDED


class Gone(ListTape):
    """Can be taken away."""

    gone = False

    def entries(self, kinds: Collection[type] | None = None) -> Iterator[tuple[int, Taped]]:
        if self.gone:
            raise RecordingError("a.tape cannot be read: it is gone")
        yield from super().entries(kinds)


def test_a_recording_that_is_gone_when_it_is_sought_back_ends_the_play_and_says_so() -> None:
    tape = Gone()
    tape.kept = ticks(60, 120, 180).kept
    played = Played(tape)
    played.to_the_end()
    tape.gone = True
    played.player.seek(TUESDAY)
    assert played.player.turn() == inf
    shown = played.player._paint().link
    assert shown.problem == "a.tape cannot be read: it is gone: the play ends here"
    assert shown.play is not None
    assert shown.play.state is PlayState.ENDED


def test_a_ledger_that_cannot_be_written_ends_the_play_and_says_so() -> None:
    life = Life()
    life.take(WriteNote("x", "y", life.at))
    played = Played(life.tape)
    played.stores[-1].broken = True
    while played.player.step():
        pass
    assert played.player._paint().link.problem == "the disk is full: the play ends here"


def test_a_recording_without_a_beginning_is_not_played() -> None:
    tape = ListTape()
    with pytest.raises(RecordingError, match="does not hold its beginning"):
        Played(tape)
    tape.kept = [DeskBegan(a_policy(), 5, TUESDAY)]
    with pytest.raises(RecordingError, match="does not hold its beginning"):
        Played(tape)
