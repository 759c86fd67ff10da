"""Connections that are slow, long, many or half: each ends in time, and none is in the way of another."""

import select
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from atlas_tui.cli.api.paths import Desk
from tests.api.probes import BEARER, ask
from tests.api.rig import TOKEN, Served, serving, until

HASTE_S = 0.15
"""Time limits of a server that is to lose its patience soon."""


@pytest.fixture
def hasty(desk: Desk) -> Iterator[Served]:
    """Served with little patience."""
    with serving(desk, head_s=HASTE_S, idle_s=1, write_s=HASTE_S, linger_s=HASTE_S) as served:
        yield served


def request(served: Served, target: bytes = b"/leverage", *more: bytes, method: bytes = b"GET") -> bytes:
    told = ask(target, *more, method=method).replace(b"HOST", served.host.encode())
    return told.replace(b"TOKEN", TOKEN.encode())


def test_head_has_the_headers_of_get_and_no_body(served: Served) -> None:
    for path in ("/health", "/openapi.json", "/nowhere", "/trades?limit=x"):
        whole, head = served.get(path), served.get(path, method="HEAD")
        assert head.body == b"" and whole.body != b""
        assert head.status == whole.status
        assert head.headers == whole.headers, path


def test_head_sends_nothing_behind_its_headers(served: Served) -> None:
    with served.connect() as line:
        line.say(request(served, b"/openapi.json", b"Connection: close", method=b"HEAD"))
        sent = line.rest()
    assert sent.endswith(b"\r\n\r\n") and sent.count(b"\r\n\r\n") == 1


def test_a_connection_is_used_again(served: Served) -> None:
    with served.connect() as line:
        for _ in range(3):
            line.say(request(served))
            assert line.read().status == 200


def test_requests_sent_at_once_are_answered_in_their_order(served: Served) -> None:
    targets = (b"/health", b"/nowhere", b"/leverage", b"/performance")
    with served.connect() as line:
        line.say(b"".join(request(served, target) for target in targets))
        assert [line.read().status for _ in targets] == [200, 404, 200, 200]


def test_a_broken_request_behind_a_good_one_is_refused_by_itself(served: Served) -> None:
    with served.connect() as line:
        line.say(request(served) + b"nonsense\r\n\r\n")
        assert [line.read().status for _ in range(2)] == [200, 400]
        assert line.has_ended()


def test_a_request_hidden_in_a_body_is_never_answered(served: Served) -> None:
    hidden = request(served, b"/health")
    with served.connect() as line:
        line.say(request(served, b"/leverage", b"Content-Length: %d" % len(hidden)) + hidden)
        sent = line.rest()
    assert sent.count(b"HTTP/1.1 ") == 1 and sent.startswith(b"HTTP/1.1 413 ")


def test_a_refusal_reaches_a_reader_that_is_still_sending(served: Served) -> None:
    with served.connect() as line:
        line.say(request(served, b"/leverage", b"Content-Length: 3000000"))
        line.say(b"x" * 3_000_000)
        assert (answer := line.read()).status == 413
        assert answer.headers["connection"] == "close"
        assert line.rest() == b"", "the connection was reset, and across a network the reply is lost with it"


def test_a_connection_ends_after_so_many_requests(desk: Desk) -> None:
    with serving(desk, requests=3) as served, served.connect() as line:
        line.say(request(served, b"/health") * 5)
        answers = [line.read() for _ in range(3)]
        assert [answer.headers.get("connection") for answer in answers] == [None, None, "close"]
        assert line.has_ended()


def test_http_1_0_ends_with_its_answer(served: Served) -> None:
    with served.connect() as line:
        line.say(request(served).replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert line.read().status == 200
        assert line.has_ended()


def test_who_says_all_it_has_to_say_gets_its_answers(served: Served) -> None:
    with served.connect() as line:
        line.say(request(served) * 2)
        line.end.shutdown(socket.SHUT_WR)
        assert [line.read().status for _ in range(2)] == [200, 200]
        assert line.has_ended()


def test_half_a_request_is_ended_in_time(hasty: Served) -> None:
    with hasty.connect() as line:
        line.say(b"GET /health HTTP/1.1\r\nHost: ")
        answer = line.read()
        assert (answer.status, answer.code) == (408, "slow")
        assert line.has_ended()


def test_a_request_that_drips_is_ended_in_time(hasty: Served) -> None:
    drop, stop = threading.Event(), threading.Event()
    with hasty.connect() as line:

        def drip() -> None:
            while not stop.is_set():
                try:
                    line.say(b"X-A: b\r\n")
                except OSError:
                    return
                drop.wait(0.01)

        line.say(b"GET /health HTTP/1.1\r\n")
        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        assert line.read().status == 408
        assert line.has_ended()
        stop.set()
        dripping.join()


def test_who_says_nothing_is_ended_without_a_word(hasty: Served) -> None:
    with hasty.connect() as line:
        assert line.rest() == b""


def test_a_kept_connection_that_rests_is_ended(hasty: Served) -> None:
    with hasty.connect() as line:
        line.say(request(hasty, b"/health"))
        assert line.read().status == 200
        assert line.has_ended()


def test_who_does_not_read_is_ended(hasty: Served) -> None:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(10)
        line.connect(("127.0.0.1", hasty.port))
        line.sendall(request(hasty, b"/openapi.json") * 90)
        end = select.poll()
        end.register(line, select.POLLERR | select.POLLHUP | select.POLLRDHUP)
        assert end.poll(10_000) != []


def test_beyond_the_limit_the_connection_that_has_waited_longest_makes_room(desk: Desk) -> None:
    with serving(desk, connections=4) as served, ExitStack() as stack:
        waiting = [stack.enter_context(served.connect()) for _ in range(8)]
        assert served.get("/health").status == 200
        assert all(line.has_ended() for line in waiting[:5])


def test_where_all_are_at_work_one_more_is_told_so(desk: Desk) -> None:
    with serving(desk, connections=2) as served, ExitStack() as stack:
        for _ in range(2):
            line = stack.enter_context(served.connect())
            line.say(request(served, b"/events"))
            assert line.begins() == b"HTTP/1.1 200"
        answer = served.get("/health")
        assert (answer.status, answer.code) == (503, "connections")


def test_streams_are_counted_and_a_place_is_given_back(desk: Desk) -> None:
    with serving(desk, streams=1, tick_s=0.01) as served:
        with served.connect() as line:
            line.say(request(served, b"/events"))
            assert line.begins() == b"HTTP/1.1 200"
            answer = served.get("/events")
            assert (answer.status, answer.code) == (503, "streams")
        until(lambda: served.get("/events", method="HEAD").status == 200 and _streams(served))


def test_a_stream_ends_with_the_readers_side_of_it(served: Served) -> None:
    with served.connect() as line:
        line.say(request(served, b"/events"))
        assert line.begins() == b"HTTP/1.1 200"
        line.end.shutdown(socket.SHUT_WR)
        assert line.rest().endswith(b"0\r\n\r\n")


def _streams(served: Served) -> bool:
    """Does a stream begin?"""
    with served.connect() as line:
        line.say(request(served, b"/events"))
        return line.begins() == b"HTTP/1.1 200"


def test_slow_connections_are_not_in_the_way_of_health(served: Served) -> None:
    with ExitStack() as stack:
        for _ in range(60):
            line = stack.enter_context(served.connect())
            line.say(b"GET /status HTTP/1.1\r\nHost: " + served.host.encode() + b"\r\n")
        took_s = []
        for _ in range(21):
            began_s = time.perf_counter()
            assert served.get("/health", token="").status == 200
            took_s.append(time.perf_counter() - began_s)
    assert statistics.median(took_s) < 0.05, sorted(took_s)


def test_an_answer_that_hangs_is_given_up_and_health_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    hung = threading.Event()
    monkeypatch.setattr(Desk, "leverage", lambda self, query: hung.wait(10) and b"{}")
    with serving(desk, answer_s=0.2, answers=1) as served:
        for _ in range(2):
            answer = served.get("/leverage")
            assert (answer.status, answer.code) == (503, "slow")
        assert served.get("/health").status == 200
        hung.set()
        until(lambda: served.get("/leverage").status == 200)


def test_an_answer_that_fails_says_so_with_an_id_and_the_next_is_given(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(self: Desk, query: object) -> bytes:
        raise ValueError("with something of the inside")

    monkeypatch.setattr(Desk, "leverage", fails)
    with serving(desk) as served:
        answer = served.get("/leverage")
        assert (answer.status, answer.code) == (500, "failed")
        assert b"inside" not in answer.body
        assert answer.json["error"]["id"] in caplog.text and "something of the inside" in caplog.text
        assert served.get("/performance").status == 200


def test_the_bearer_stands_in_no_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    served.get("/status", token="wrong-" + TOKEN)
    assert BEARER and TOKEN not in caplog.text
