from collections import Counter, deque
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.adapters.coinbase_wire import decode
from core.adapters.feed_intake import (
    BAD,
    CROSSED,
    DROPPED,
    ERRORS,
    GAPS,
    LATE,
    LISTENER,
    OFF_INCREMENT,
    OTHER,
    SPIKES,
    STRANGE,
    TICKS,
    UNKNOWN,
    FeedIntake,
)
from core.domain.events import Level
from core.ports import FeedTick
from tests.adapters.frames import Heard, ack, heartbeat, ticker


def _intake(heard: Heard) -> tuple[FeedIntake, Counter[str], deque[str]]:
    counters: Counter[str] = Counter()
    kept: deque[str] = deque(maxlen=5)
    increments = {"BTC-USD": Decimal("0.5")}
    intake = FeedIntake(frozenset({"BTC-USD", "ETH-USD"}), heard, increments, counters, kept)
    intake.begin()
    return intake, counters, kept


def _fed(*frames: bytes) -> tuple[Heard, Counter[str], deque[str]]:
    heard = Heard()
    intake, counters, kept = _intake(heard)
    for at, frame in enumerate(frames):
        intake.take(frame, float(at))
    return heard, counters, kept


def test_prices_reach_the_listener_with_their_receipt() -> None:
    heard, counters, _ = _fed(ticker("BTC-USD", "100.5"), ticker("ETH-USD", "3", 1))
    assert [(tick.product_id, tick.price, tick.real_s) for tick in heard.ticks] == [
        ("BTC-USD", Decimal("100.5"), 0.0),
        ("ETH-USD", Decimal(3), 1.0),
    ]
    assert counters[TICKS] == 2


def test_a_gap_over_all_channels_makes_prices_suspect_and_is_counted() -> None:
    heard, counters, _ = _fed(ticker("BTC-USD", "100"), heartbeat(1), heartbeat(5), ticker("BTC-USD", "101", 6))
    assert heard.suspects == ["3 messages lost"]
    assert counters[GAPS] == 1
    assert len(heard.ticks) == 2


def test_duplicates_and_late_messages_change_nothing() -> None:
    heard, counters, _ = _fed(ticker("BTC-USD", "100", 8), ticker("BTC-USD", "99", 8), ticker("BTC-USD", "98", 3))
    assert [tick.price for tick in heard.ticks] == [Decimal(100)]
    assert counters[LATE] == 2


def test_a_spike_waits_and_is_counted() -> None:
    heard, counters, kept = _fed(
        *(ticker("BTC-USD", price, at) for at, price in enumerate(["100", "200", "100", "101"]))
    )
    assert [tick.price for tick in heard.ticks] == [Decimal(100), Decimal(100), Decimal(101)]
    assert counters[SPIKES] == 1
    assert list(kept) == ["spike held: BTC-USD at 200"]


def test_a_price_off_the_increment_is_taken_and_counted() -> None:
    heard, counters, _ = _fed(ticker("BTC-USD", "100.25"), ticker("BTC-USD", "100.5", 1))
    assert len(heard.ticks) == 2
    assert counters[OFF_INCREMENT] == 1


def test_a_crossed_book_is_no_book() -> None:
    heard, counters, _ = _fed(ticker("BTC-USD", "100", best_bid="101", best_ask="99"))
    assert (heard.ticks[0].bid, heard.ticks[0].ask) == (None, None)
    assert counters[CROSSED] == 1


def test_prices_nobody_asked_for_are_counted_only() -> None:
    heard, counters, _ = _fed(ticker("DOGE-USD", "1"))
    assert heard.ticks == []
    assert counters[UNKNOWN] == 1


def test_the_ack_is_told_once_and_what_it_lacks_is_noted() -> None:
    heard, _, _ = _fed(ack("BTC-USD", sequence=0), ack("BTC-USD", sequence=1), ack("BTC-USD", "ETH-USD", sequence=2))
    assert heard.sets == [{"BTC-USD"}, {"BTC-USD", "ETH-USD"}]
    assert heard.notes == [(Level.WARN, "the venue sends no prices for ETH-USD")]


def test_bad_frames_are_counted_the_last_five_kept_clean_and_noted_once() -> None:
    heard, counters, kept = _fed(*[b"\x1b[2J" + str(number).encode() for number in range(9)])
    assert counters[BAD] == 9
    assert len(kept) == 5
    assert all("\x1b" not in text for text in kept)
    assert len(heard.notes) == 1


def test_the_venue_s_errors_are_noted_in_its_words() -> None:
    heard, counters, _ = _fed(b'{"type":"error","message":"authentication failure"}')
    assert heard.notes == [(Level.WARN, "the venue answered: authentication failure")]
    assert counters[ERRORS] == 1


def test_other_channels_and_unknown_fields_are_counted_and_change_nothing() -> None:
    other = b'{"channel":"candles","sequence_num":0,"events":"?"}'
    strange = ticker("BTC-USD", "100", 1).replace(b'"price"', b'"mark":[],"price"')
    heard, counters, kept = _fed(other, strange)
    assert (counters[OTHER], counters[STRANGE], counters[BAD], counters[GAPS]) == (1, 1, 0, 0)
    assert [tick.price for tick in heard.ticks] == [Decimal(100)]
    assert (list(kept), heard.notes) == ([], [])


def test_a_dropped_price_is_counted_and_kept() -> None:
    _, counters, kept = _fed(ticker("BTC-USD", None))
    assert counters[DROPPED] == 1
    assert list(kept) == ["price dropped: BTC-USD: price (NoneType)"]


def test_a_listener_that_fails_is_counted_noted_and_goes_on_hearing() -> None:
    class Broken(Heard):
        def tick(self, tick: FeedTick) -> None:
            super().tick(tick)
            raise KeyError(tick.product_id)

    heard = Broken()
    intake, counters, _ = _intake(heard)
    for at in range(3):
        intake.take(ticker("BTC-USD", "100", at), float(at))
    assert len(heard.ticks) == 3
    assert counters[LISTENER] == 3
    assert heard.notes == [(Level.ERROR, "the feed's listener failed: KeyError: 'BTC-USD'")]


def test_a_listener_that_fails_in_everything_does_not_stop_the_intake() -> None:
    class Hopeless(Heard):
        def noted(self, level: Level, text: str) -> None:
            raise ValueError(text)

    intake, counters, _ = _intake(Hopeless())
    for _ in range(3):
        intake.take(b"garbage", 0.0)
    assert counters[LISTENER] >= 1


frames = st.one_of(
    st.binary(max_size=60),
    st.builds(
        ticker,
        st.sampled_from(["BTC-USD", "ETH-USD", "DOGE-USD", ""]),
        st.sampled_from(["100", "101", "200", "NaN", None, "0"]),
        st.integers(-2, 12) | st.none(),
    ),
    st.builds(heartbeat, st.integers(0, 12)),
)


@given(st.lists(frames, max_size=30))
def test_whatever_comes_only_good_prices_of_our_products_go_out(stream: list[bytes]) -> None:
    heard, counters, _ = _fed(*stream)
    assert {tick.product_id for tick in heard.ticks} <= {"BTC-USD", "ETH-USD"}
    assert {tick.price for tick in heard.ticks} <= {Decimal(100), Decimal(101), Decimal(200)}
    assert counters["messages"] == len(stream)
    assert counters[BAD] <= sum(decode(frame, 0.0).__class__.__name__ == "BadFrame" for frame in stream)
