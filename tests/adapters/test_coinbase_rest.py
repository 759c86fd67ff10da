import gc
import threading
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
import requests

from core.adapters import rest_transport
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.loopback import rest_address
from core.adapters.rest_calls import Throttle
from core.domain.errors import ConfigError, FeedError, NotListed
from core.domain.retries import Retries
from core.domain.symbols import ListingKind
from core.domain.timeframes import M1
from tests.adapters.rest_venue import QUICK, TIME, Answer, Script, always, as_json, rest_server, venue_over

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def _after(failures: int, failure: Answer) -> Script:
    return lambda server, path, query: failure if len(server.asked) <= failures else as_json(TIME)


def test_the_venue_s_time_is_read_to_the_millisecond() -> None:
    with venue_over(always(as_json(TIME))) as (venue, server):
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
    with venue_over(_after(2, failure)) as (venue, server):
        assert venue.server_time().year == 2026
    assert len(server.asked) == 3


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_what_does_not_pass_ends_in_one_clean_sentence(failure: Answer) -> None:
    with venue_over(always(failure)) as (venue, server), pytest.raises(FeedError) as failed:
        venue.server_time()
    assert len(server.asked) == 4
    assert str(failed.value).startswith("time from 127.0.0.1:")
    assert str(failed.value).endswith("after 4 tries")
    assert str(failed.value).isprintable()


@pytest.mark.usefixtures("no_collector")
def test_what_fails_leaves_nothing_to_the_collector() -> None:
    with venue_over(always(as_json({"message": "no such product"}, 404))) as (venue, _), pytest.raises(NotListed):
        venue.server_time()
    for thread in [each for each in threading.enumerate() if each.name == "venue"]:
        thread.join()
    assert [each for each in gc.get_objects() if isinstance(each, requests.HTTPError)] == []


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
    with venue_over(always(Answer(body))) as (venue, server):
        for call in (venue.server_time, lambda: venue.candles("BTC-USD", M1, NOON, NOON)):
            before = len(server.asked)
            with pytest.raises(FeedError):
                call()
            assert len(server.asked) == before + 1


@pytest.mark.parametrize("body", [b"{}", b'{"products": 5}', b'{"products": "x"}', b"[]", b"<html>"])
def test_a_product_list_that_is_none_is_a_feed_error(body: bytes) -> None:
    with venue_over(always(Answer(body))) as (venue, _), pytest.raises(FeedError):
        venue.resolve(["BTC"], (ListingKind.INTX, ListingKind.SPOT))


def test_retry_after_is_honoured() -> None:
    with venue_over(_after(1, Answer(b"", 429, {"Retry-After": "1"}))) as (venue, _):
        began = perf_counter()
        venue.server_time()
    assert 1.0 <= perf_counter() - began < 4.0


@pytest.mark.parametrize(("retry_after", "wait"), [(None, 0.15), (0.0, 0.15), (2.0, 2.0), (86_400.0, 10.0)])
def test_retry_after_is_the_least_wait_and_clamped(retry_after: float | None, wait: float) -> None:
    assert Retries().wait_s(1, retry_after, jitter=0.0) == wait


def test_waits_double_to_a_cap() -> None:
    assert [Retries().wait_s(failed, None, jitter=1.0) for failed in range(1, 7)] == [0.3, 0.6, 1.2, 2.4, 4.0, 4.0]


def test_a_refusal_is_told_in_the_venue_s_words_and_not_tried_again() -> None:
    refusal = as_json({"error": "INVALID_ARGUMENT", "message": "number of candles\x1b[2J requested"}, 400)
    with (
        venue_over(always(refusal)) as (venue, server),
        pytest.raises(FeedError, match=r"HTTP 400: number of candles\[2J"),
    ):
        venue.candles("BTC-USD", M1, NOON, NOON)
    assert len(server.asked) == 1


def test_an_unknown_product_is_not_listed() -> None:
    with venue_over(always(as_json({"error": "NOT_FOUND"}, 404))) as (venue, _), pytest.raises(NotListed):
        venue.candles("GONE-USD", M1, NOON, NOON)


def test_a_redirect_is_not_followed() -> None:
    with rest_server(always(as_json(TIME))) as other:
        away = Answer(b"", 302, {"Location": f"{other.url}/api/v3/brokerage/time"})
        with venue_over(always(away)) as (venue, _), pytest.raises(FeedError, match="redirects elsewhere"):
            venue.server_time()
        assert other.asked == []


def test_a_venue_that_is_down_is_one_sentence() -> None:
    with rest_server(always(as_json(TIME))) as server:
        url = server.url
    with pytest.raises(FeedError, match="no connection after 4 tries"):
        CoinbaseVenue(url, QUICK).server_time()


def test_a_body_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_transport, "WHOLE_S", 0.2)
    dripping = Answer(b'{"iso": "2026-01-05T12:00:00Z"}', drip_s=0.05)
    slow = pytest.raises(FeedError, match="no answer in time after 2 tries")
    with venue_over(always(dripping)) as (venue, server), slow:
        venue.server_time()
    assert len(server.asked) == 2


def test_a_body_beyond_all_bounds_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_transport, "LARGEST", 1000)
    with venue_over(always(Answer(b" " * 5000)), Retries(tries=1)) as (venue, _), pytest.raises(FeedError):
        venue.server_time()


@pytest.mark.parametrize("hanging", [True, False], ids=["in a request", "between two tries"])
def test_close_wakes_whoever_waits(hanging: bool) -> None:
    answer = Answer(b"{}", drip_s=30.0) if hanging else Answer(b"", 429, {"Retry-After": "9"})
    with venue_over(always(answer)) as (venue, server):
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
        caller.join(20)
        took = perf_counter() - began
    assert took < 1.8
    assert failed
    assert failed[0].endswith("given up, ATLAS is closing")


def test_nothing_of_the_sdk_reaches_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with venue_over(always(Answer(b"\x1b[2J", 500))) as (venue, _), pytest.raises(FeedError):
        venue.server_time()
    assert capfd.readouterr() == ("", "")


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
    with venue_over(always(as_json(TIME))) as (venue, _):
        assert venue.server_time().year == 2026


def test_a_proxy_of_the_environment_is_no_way_to_an_exchange_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with venue_over(always(as_json(TIME))) as (venue, server):
        assert venue.server_time().year == 2026
    assert len(server.asked) == 1


def test_only_two_connections_outlast_what_many_threads_asked_for_at_once(caplog: pytest.LogCaptureFixture) -> None:
    together = threading.Barrier(6)

    def answer(*_: object) -> Answer:
        together.wait(10)
        return as_json(TIME)

    with venue_over(answer) as (venue, server):
        asking = [threading.Thread(target=venue.server_time) for _ in range(6)]
        for thread in asking:
            thread.start()
        for _ in range(6 - rest_transport.KEPT):
            server.ends.get(timeout=10)
        for thread in asking:
            thread.join(10)
        assert server.ends.empty()
    assert not caplog.records
