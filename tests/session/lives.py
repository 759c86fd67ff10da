"""Lives of a recorded desk: random prices, setups, outages, words, kills and ledgers put back."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from core.domain.commands import HaltEntries, WriteNote
from core.domain.events import (
    Event,
    Gap,
    InstrumentListed,
    Noted,
    OutageBegan,
    OutageJudged,
    Outcome,
    SeriesLoaded,
)
from core.domain.facts import Fact
from core.domain.guards import HaltSource
from core.domain.policy import FeePolicy, Policy
from core.domain.taped import DeskBegan, DeskEnded
from core.domain.timeframes import M1, SCANNED
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_bar, a_policy, a_scan, a_setup, a_tick, an_instrument, bars_of
from tests.fakes import ListTape

COSTLY = a_policy(fees=FeePolicy(intx=Decimal("0.0003"), slippage_bp=Decimal(2)))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("tick", "tick", "tick", "tick", "setup", "setup", "outage", "word", "kill", "stop", "back", "nonsense")
        ),
        st.integers(-400, 400),
        st.integers(1, 5000),
    ),
    max_size=60,
)


class Life:
    """A desk on a ledger, recorded, that can be killed with its last commits under way."""

    def __init__(self, policy: Policy = COSTLY, known: tuple[Fact, ...] = ()) -> None:
        self.policy = policy
        self.tape = ListTape()
        self.ledger: list[tuple[Fact, ...]] = [(fact,) for fact in known]
        self.at = TUESDAY
        self.begin()

    def begin(self) -> None:
        """Restore, begin, and learn of the market."""
        self.desk, self.committed = Desk(self.policy), len(self.ledger)
        self.tape.begin(DeskBegan(self.policy, len(self.facts), self.at), self.facts)
        self.desk.restore(self.facts)
        self._record(self.desk.start(self.at))
        self.take(InstrumentListed(an_instrument(), self.at))
        for timeframe in SCANNED:
            start = timeframe.start_of(self.at)
            before = bars_of(timeframe, start - 3 * timeframe.span, (200, 50), (190, 60), (180, 70))
            self.take(SeriesLoaded("BTC", timeframe, before, self.at))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the ledger holds."""
        return tuple(fact for batch in self.ledger for fact in batch)

    def take(self, event: Event) -> None:
        """As the session does it."""
        self.tape.take(event)
        try:
            outcomes = self.desk.handle(event)
        except KeyError:
            return
        self._record(outcomes)

    def end(self) -> None:
        """Stop and begin again."""
        self.tape.take(DeskEnded(self.at))
        self._record(self.desk.stop(self.at))
        self.begin()

    def killed(self, uncommitted: int) -> None:
        """The newest batches never reached the ledger."""
        kept = max(self.committed, len(self.ledger) - uncommitted)
        del self.ledger[kept:]
        self.begin()

    def put_back(self, batches: int) -> None:
        """A backup, or an empty ledger, was put in the ledger's place."""
        del self.ledger[batches:]
        self.begin()

    def _record(self, outcomes: tuple[Outcome, ...]) -> None:
        if facts := tuple(outcome for outcome in outcomes if not isinstance(outcome, Noted)):
            self.ledger.append(facts)


def lived(steps: list[tuple[str, int, int]], known: tuple[Fact, ...] = ()) -> Life:
    """A life of random prices, setups around them, outages, words, kills, stops, and ledgers put back."""
    life, price = Life(known=known), Decimal(100)
    for kind, move, seconds in steps:
        last, life.at = life.at, life.at + timedelta(seconds=seconds)
        price = max(Decimal(60), min(Decimal(150), price + Decimal(move) / 100))
        match kind:
            case "tick":
                life.take(a_tick(price, life.at, age_s=11.0 if move == 7 else 0.0))
            case "setup":
                high, low = price + 1, price - 1
                life.take(a_scan(a_setup(high, low, (price + 8, price - 8), bar_end=_quarter(life.at)), at=life.at))
            case "outage":
                life.take(OutageBegan("BTC", last, life.at))
                minute = M1.start_of(life.at)
                bar = a_bar(minute, price, price + 2, price - 2, price)
                life.take(OutageJudged((Gap("BTC", M1, (bar,), last, life.at),), life.at))
            case "word":
                life.take(HaltEntries("", HaltSource.HAND, life.at) if move > 300 else WriteNote("x", "y", life.at))
            case "kill":
                life.killed(abs(move) % 3)
            case "stop":
                life.end()
            case "back":
                life.put_back(abs(move) % 20)
            case _:
                life.take(a_tick(price, life.at, symbol="UNKNOWN"))
    return life


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
