"""A play in a test: its clock is turned by hand, and every time it is rewound it gets a new ledger."""

from datetime import timedelta
from math import inf

from core.domain.events import TimePassed
from core.session.player import Player
from core.session.reel import Reel
from tests.builders import a_tick, after
from tests.fakes import ListStore, ListTape
from tests.session.lives import Life


class Played:
    """A player with a clock turned by hand, and a new ledger for every time it is rewound."""

    def __init__(self, tape: ListTape, speed: float = 60) -> None:
        self.stores: list[ListStore] = []
        self.real_s = 0.0
        self.reel = Reel(tape, self._store)
        self.player = Player(self.reel, lambda: self.real_s, speed, "a life")

    def _store(self) -> ListStore:
        self.stores.append(ListStore())
        return self.stores[-1]

    def wait(self, seconds: float) -> "Played":
        """So many real seconds go by."""
        self.real_s += seconds
        self.player.turn()
        return self

    def act(self, what: str, amount: int) -> None:
        """One act of whoever looks."""
        player = self.player
        match what:
            case "pause":
                player.pause()
            case "step":
                player.step()
            case "bar":
                player.step_bar()
            case "on" | "back":
                player.jump(timedelta(seconds=amount if what == "on" else -amount))
            case "seek":
                player.seek(after(amount * 10))
            case "start":
                player.seek(player.span[0] - timedelta(days=1))
            case "end":
                player.seek(player.span[1])
            case "faster":
                player.faster()
            case "slower":
                player.slower()
            case _:
                self.wait(amount / 100)

    def to_the_end(self) -> ListStore:
        """Play what is left; the ledger then."""
        self.player.seek(self.player.span[1])
        while self.player.turn() != inf:
            pass
        assert self.reel.next_at is None
        return self.stores[-1]


def ticks(*seconds: int) -> ListTape:
    """A desk that hears BTC at 100 after so many seconds each."""
    life = Life()
    for second in seconds:
        life.at = after(second)
        life.take(TimePassed(life.at))
        life.take(a_tick(100 + second, life.at))
    return life.tape
