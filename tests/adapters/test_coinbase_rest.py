import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter

import pytest

from core.adapters import rest_transport
from core.adapters.candle_rows import BAD, OFF_GRID
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.loopback import rest_address
from core.adapters.rest_calls import Retries, Throttle
from core.domain.errors import ConfigError, FeedError, NotListed
from core.domain.symbols import ListingKind
from core.domain.timeframes import H4, M1, M15
from tests.adapters.rest_venue import TIME, Answer, RestServer, Script, as_json, rest_server

QUICK = Retries(first_s=0.01, longest_s=0.02)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@contextmanager
def _venue(script: Script, retries: Retries = QUICK) -> Iterator[tuple[CoinbaseVenue, RestServer]]:
    with rest_server(script) as server:
        venue = CoinbaseVenue(server.url, retries)
        try:
            yield venue, server
        finally:
            venue.close()


def _always(answer: Answer) -> Script:
    return lambda server, path, query: answer


def _after(failures: int, failure: Answer) -> Script:
    return lambda server, path, query: failure if len(server.asked) <= failures else as_json(TIME)


def test_the_venue_s_time_is_read_to_the_millisecond() -> None:
    with _venue(_always(as_json(TIME))) as (venue, server):
        assert venue.server_time() == NOON + timedelta(milliseconds=250)
        assert venue.is_loopback
    assert server.asked == [("/api/v3/brokerage/time", {})]


FAILURES = {
    "429": Answer(b"slow down", 429),
    "500": as_json({"error": "INTERNAL", "message": "oops"}, 500),
    "503 html": Answer(b"<html>\x1b[2J Service Unavailable</html>", 503),
    "reset": Answer(reset=True),
    "truncated": Answer(b'{"iso":', declared=500),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_what_may_pass_is_tried_again(failure: Answer) -> None:
    with _venue(_after(2, failure)) as (venue, server):
        assert venue.server_time().year == 2026
    assert len(server.asked) == 3


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_what_does_not_pass_ends_in_one_clean_sentence(failure: Answer) -> None:
    with _venue(_always(failure)) as (venue, server), pytest.raises(FeedError) as failed:
        venue.server_time()
    assert len(server.asked) == 4
    assert str(failed.value).startswith("time from 127.0.0.1:")
    assert str(failed.value).endswith("after 4 tries")
    assert str(failed.value).isprintable()


NONSENSE = {
    "html": b"<html>welcome</html>",
    "empty": b"",
    "array": b"[]",
    "number": b"42",
    "null": b"null",
    "string": b'"time"',
    "no keys": b"{}",
    "wrong types": b'{"iso": 5, "epochMillis": []}',
    "NaN": b'{"epochMillis": NaN}',
    "absurd": b'{"epochMillis": "999999999999999"}',
    "deep": b"[" * 100_000,
    "digits": b'{"epochMillis": ' + b"9" * 5000 + b"}",
    "bad UTF-8": b'{"iso": "\xff"}',
    "self": b'{"self": 1}',
}


@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE.keys())
def test_an_answer_that_is_no_answer_is_a_feed_error_at_once(body: bytes) -> None:
    with _venue(_always(Answer(body))) as (venue, server):
        for call in (venue.server_time, lambda: venue.candles("BTC-USD", M1, NOON, NOON)):
            before = len(server.asked)
            with pytest.raises(FeedError):
                call()
            assert len(server.asked) == before + 1


@pytest.mark.parametrize(
    "body", [b"{}", b'{"products": 5}', b'{"products": [1]}', b'{"products": "x"}', b"[]", b"<html>"]
)
def test_a_product_list_that_is_none_is_a_feed_error(body: bytes) -> None:
    with _venue(_always(Answer(body))) as (venue, _), pytest.raises(FeedError):
        venue.resolve(["BTC"], (ListingKind.INTX, ListingKind.SPOT))


def test_retry_after_is_honoured() -> None:
    with _venue(_after(1, Answer(b"", 429, {"Retry-After": "1"}))) as (venue, _):
        began = perf_counter()
        venue.server_time()
    assert 1.0 <= perf_counter() - began < 2.0


@pytest.mark.parametrize(("retry_after", "wait"), [(None, 0.15), (0.0, 0.15), (2.0, 2.0), (86_400.0, 10.0)])
def test_retry_after_is_the_least_wait_and_clamped(retry_after: float | None, wait: float) -> None:
    assert Retries().wait_s(1, retry_after, jitter=0.0) == wait


def test_waits_double_to_a_cap() -> None:
    assert [Retries().wait_s(failed, None, jitter=1.0) for failed in range(1, 7)] == [0.3, 0.6, 1.2, 2.4, 4.0, 4.0]


def test_a_refusal_is_told_in_the_venue_s_words_and_not_tried_again() -> None:
    refusal = as_json({"error": "INVALID_ARGUMENT", "message": "number of candles\x1b[2J requested"}, 400)
    with (
        _venue(_always(refusal)) as (venue, server),
        pytest.raises(FeedError, match=r"HTTP 400: number of candles\[2J"),
    ):
        venue.candles("BTC-USD", M1, NOON, NOON)
    assert len(server.asked) == 1


def test_an_unknown_product_is_not_listed() -> None:
    with _venue(_always(as_json({"error": "NOT_FOUND"}, 404))) as (venue, _), pytest.raises(NotListed):
        venue.candles("GONE-USD", M1, NOON, NOON)


def test_a_redirect_is_not_followed() -> None:
    with rest_server(_always(as_json(TIME))) as other:
        away = Answer(b"", 302, {"Location": f"{other.url}/api/v3/brokerage/time"})
        with _venue(_always(away)) as (venue, _), pytest.raises(FeedError, match="redirects elsewhere"):
            venue.server_time()
        assert other.asked == []


def test_a_venue_that_is_down_is_one_sentence() -> None:
    with rest_server(_always(as_json(TIME))) as server:
        url = server.url
    with pytest.raises(FeedError, match="no connection after 4 tries"):
        CoinbaseVenue(url, QUICK).server_time()


def test_a_body_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_transport, "WHOLE_S", 0.2)
    dripping = Answer(b'{"iso": "2026-01-05T12:00:00Z"}', drip_s=0.05)
    slow = pytest.raises(FeedError, match="no answer in time after 2 tries")
    with _venue(_always(dripping)) as (venue, server), slow:
        venue.server_time()
    assert len(server.asked) == 2


def test_a_body_beyond_all_bounds_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_transport, "LARGEST", 1000)
    with _venue(_always(Answer(b" " * 5000)), Retries(tries=1)) as (venue, _), pytest.raises(FeedError):
        venue.server_time()


@pytest.mark.parametrize("hanging", [True, False], ids=["in a request", "between two tries"])
def test_close_wakes_whoever_waits(hanging: bool) -> None:
    answer = Answer(b"{}", drip_s=30.0) if hanging else Answer(b"", 429, {"Retry-After": "9"})
    with _venue(_always(answer)) as (venue, server):
        failed: list[str] = []

        def call() -> None:
            try:
                venue.server_time()
            except FeedError as error:
                failed.append(str(error))

        caller = threading.Thread(target=call)
        caller.start()
        while not server.asked:
            caller.join(0.01)
        caller.join(0.1)
        began = perf_counter()
        venue.close()
        caller.join(5)
        took = perf_counter() - began
    assert took < 0.5
    assert failed
    assert failed[0].endswith("given up, ATLAS is closing")


def test_nothing_of_the_sdk_reaches_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with _venue(_always(Answer(b"\x1b[2J", 500))) as (venue, _), pytest.raises(FeedError):
        venue.server_time()
    assert capfd.readouterr() == ("", "")


def _candles(server: RestServer, path: str, query: dict[str, list[str]]) -> Answer:
    """Every minute of the asked range, newest first."""
    since, until = int(query["start"][0]), int(query["end"][0])
    if (until - since) // 60 + 1 > 350:
        return as_json({"error": "INVALID_ARGUMENT", "message": "less than 350"}, 400)
    starts = range(until // 60 * 60, since - 1, -60)
    row = {"open": "10", "high": "12", "low": "9", "close": "11", "volume": "3"}
    return as_json(
        {"candles": [row | {"start": str(start)} for start in starts if start != int(NOON.timestamp()) - 600]}
    )


def test_candles_are_paged_backwards_in_300s_and_joined_without_seams() -> None:
    with _venue(_candles) as (venue, server):
        bars = venue.candles("BTC-USD", M1, NOON - timedelta(minutes=899, seconds=30), NOON + timedelta(seconds=59))
    assert len(server.asked) == 3
    assert [int(query["start"][0]) for _, query in server.asked] == sorted(
        (int(query["start"][0]) for _, query in server.asked), reverse=True
    )
    assert bars[0].start == NOON - timedelta(minutes=899)
    assert bars[-1].start == NOON
    assert len(bars) == 899
    assert [bar.start for bar in bars if bar.gap_before] == [NOON - timedelta(minutes=9)]


def test_rows_outside_the_asked_range_are_left_out_and_bad_ones_counted() -> None:
    row = {"open": "10", "high": "12", "low": "9", "close": "11", "volume": "3"}
    second = int(NOON.timestamp())
    rows = [
        row | {"start": str(second)},
        row | {"start": str(second + 900)},
        row | {"start": str(second + 1)},
        row | {"start": str(second - 900), "high": "NaN"},
    ]
    with _venue(_always(as_json({"candles": rows}))) as (venue, _):
        bars = venue.candles("BTC-USD", M15, NOON - timedelta(minutes=15), NOON)
        assert [(bar.start, bar.good) for bar in bars] == [(NOON - timedelta(minutes=15), False), (NOON, True)]
        assert venue.faults == {BAD: 1, OFF_GRID: 1}


def test_where_the_history_ends_paging_ends() -> None:
    with _venue(_always(as_json({"candles": []}))) as (venue, server):
        assert venue.candles("BTC-USD", M1, NOON - timedelta(days=30), NOON) == ()
    assert len(server.asked) == 3


def test_a_timeframe_the_venue_has_not_is_refused_without_asking() -> None:
    with _venue(_candles) as (venue, server), pytest.raises(FeedError, match="has no 4h"):
        venue.candles("BTC-USD", H4, NOON, NOON)
    assert server.asked == []


def test_live_hosts_get_five_requests_in_any_second() -> None:
    throttle = Throttle(5)
    starts = [throttle.wait_s(0.0) for _ in range(12)]
    assert starts == [0.0] * 5 + [1.0] * 5 + [2.0] * 2
    assert throttle.wait_s(10.0) == 0.0


def test_a_live_host_is_never_asked_over_plain_http() -> None:
    with pytest.raises(ConfigError, match="for this machine only"):
        CoinbaseVenue("http://api.coinbase.com")
    live = rest_transport.open_client(rest_address("https://api.coinbase.com"))
    assert list(live.session.adapters) == ["https://api.coinbase.com/"]
    assert live.session.trust_env
    assert not live.is_authenticated
    local = rest_transport.open_client(rest_address("http://127.0.0.1:8080"))
    assert list(local.session.adapters) == ["https://127.0.0.1:8080/"]
    assert not local.session.trust_env


def test_keys_in_the_environment_are_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COINBASE_API_KEY", "planted")
    with _venue(_always(as_json(TIME))) as (venue, _):
        assert venue.server_time().year == 2026


def test_increments_of_what_was_resolved_are_kept_for_the_feed() -> None:
    record = {
        "product_id": "BTC-USD",
        "product_type": "SPOT",
        "base_currency_id": "BTC",
        "quote_currency_id": "USD",
        "price_increment": "0.01",
        "base_increment": "0.1",
        "base_min_size": "0.1",
        "status": "online",
    }

    def script(server: RestServer, path: str, query: dict[str, list[str]]) -> Answer:
        return as_json(
            record if path.endswith("BTC-USD") else {"products": [record] if query["product_type"] == ["SPOT"] else []}
        )

    with _venue(script) as (venue, server):
        (instrument,) = venue.resolve(["BTC"], (ListingKind.INTX, ListingKind.SPOT)).instruments
        assert venue.increments == {"BTC-USD": Decimal("0.01")}
        assert venue.refresh(instrument) == instrument
    assert [query["product_type"] for path, query in server.asked[:2]] == [["FUTURE"], ["SPOT"]]
