"""Hostile answers of REST and hostile texts, into the real client and the real feed."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from websockets.asyncio.server import ServerConnection

from benchmarks.hostile_frames import PRODUCT, AtOnce
from core.adapters import rest_transport
from core.adapters.coinbase_feed import CoinbaseFeed
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.system_clock import SystemClock
from core.adapters.venue import PREFERENCE
from core.domain.bars import Bar
from core.domain.errors import FeedError
from core.domain.retries import Retries
from core.domain.timeframes import M1
from core.ports import BookTop
from tests.adapters.frames import Heard, ticker
from tests.adapters.rest_venue import TIME, Answer, RestServer, as_json, venue_over
from tests.adapters.socket_venue import SocketVenue, hear_subscriptions, socket_venue, until

NOON: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
LONGEST: Final = 400
"""Characters of a sentence that still fits a line of the log."""
_ODD: Final[tuple[Any, ...]] = (
    None, "", "NaN", "Infinity", "-1", "0", "1e5", "1_000", " 12\n", "٦٧", "9" * 5000, 10**400, 1.5, True, [], {}, [[]],
    {"candles": 5}, "\x1b[2J", -0.0,
)  # fmt: skip
_HEADERS: Final = (
    ("Retry-After", "9" * 40),
    ("Retry-After", "-1"),
    ("Content-Encoding", "gzip"),
    ("Transfer-Encoding", "chunked"),
    ("Set-Cookie", "x" * 9000),
)
_ROW: Final = {"start": str(int(NOON.timestamp())), "open": "5", "high": "6", "low": "4", "close": "5", "volume": "1"}
_HTML: Final = b"<html><h1>502 Bad Gateway</h1></html>"


def answers() -> Iterator[Answer]:
    """More than 150 of them: bodies that are no JSON, JSON of other shapes, odd fields, and HTTP gone wrong."""
    bodies = (
        b"",
        b"{",
        b"[",
        b"null",
        b"7",
        b'"x"',
        _HTML,
        b"\xff\xfe",
        b"\x00" * 99,
        b"[" * 50_000,
        b"9" * 20_000,
        b"{}" * 9,
    )
    for status in (200, 400, 429, 500, 503):
        yield from (Answer(body, status, {"Content-Type": "application/json"}) for body in bodies)
    for odd in _ODD:
        yield as_json({"candles": odd, "products": odd, "epochMillis": odd, "pricebook": odd})
    for name in _ROW:
        yield from (as_json({"candles": [{**_ROW, name: odd}]}) for odd in _ODD[:12])
    for declared in (0, 1, 10_000, 10**12):
        yield Answer(b'{"candles":[]}', declared=declared)
    yield from (Answer(b"{}", 429, {name: value}) for name, value in _HEADERS)
    yield Answer(b"{}", 302, {"Location": "http://127.0.0.1:1/"})
    yield Answer(reset=True)


def _calls(venue: CoinbaseVenue) -> tuple[Callable[[], object], ...]:
    return (
        venue.server_time,
        lambda: venue.candles(PRODUCT, M1, NOON, NOON + timedelta(minutes=5)),
        lambda: venue.resolve(["BTC", "ETH"], PREFERENCE),
        lambda: venue.book(PRODUCT),
    )


def _is_absurd(value: object) -> bool:
    """Is there a price or a time in it that cannot be?"""
    match value:
        case datetime():
            return not 2000 < value.year < 3000
        case BookTop(bid=bid, ask=ask):
            return any(price is not None and not (price.is_finite() and price > 0) for price in (bid, ask))
        case tuple():
            return any(isinstance(bar, Bar) and bar.good and not 0 < bar.low <= bar.high < 10**15 for bar in value)
        case _:
            return False


def rest_trial() -> dict[str, int]:
    """Each answer to each of four calls; after each, a right answer must be read rightly."""
    counts = {"answers": 0, "calls": 0, "sentences": 0, "values": 0, "crashes": 0, "absurd": 0, "recovered": 0}
    rest_transport.READ_S, rest_transport.WHOLE_S = 1.0, 2.0  # type: ignore[misc]
    told: list[Answer] = []

    def script(server: RestServer, path: str, query: dict[str, list[str]]) -> Answer:
        return told[-1]

    with venue_over(script, Retries(tries=1, first_s=0.0, longest_s=0.0)) as (venue, _):
        for answer in answers():
            counts["answers"] += 1
            for call in _calls(venue):
                told.append(answer)
                counts["calls"] += 1
                try:
                    value = call()
                except FeedError as error:
                    counts["sentences"] += _is_clean(str(error))
                except Exception as error:  # noqa: BLE001 - counting exactly these is what this is for
                    counts["crashes"] += 1
                    print(f"  {type(error).__name__}: {error!s:.80} for {answer.body[:40]!r}")
                else:
                    counts["values"] += 1
                    counts["absurd"] += _is_absurd(value)
            told.append(as_json(TIME))
            counts["recovered"] += venue.server_time().year == 2026
    return counts


TEXTS: Final = (
    *(
        "\x1b[2J",
        "\x1b]0;owned\x07",
        "\x1b]52;c;aGk=\x07",
        "\x1b[?1049h",
        "\x9b31m",
        "\x90q\x9c",
        "\x1bc",
        "\x1b#8",
        "\x1bP1\x1b\\",
    ),
    *("\x00", "\x07" * 50, "\x08" * 50, "\r\roverwrite", "\x7f", "\x0b\x0c", "\x1a", "\x85", "\u2028line", "\u2029par"),
    *(
        "\u202eevil",
        "\u2066a\u2069",
        "\u200fx",
        "\u061cx",
        "\ud800",
        "\udfff\ud800",
        "a\ud83d",
        "\ufeff",
        "\u200b" * 99,
    ),
    *(
        "[red]x[/]",
        "[@click=app.quit]x[/]",
        "{0.__class__}",
        "%s%n",
        "$(reboot)",
        "`id`",
        "'; DROP TABLE events;--",
        "=cmd|' '!A0",
    ),
    *(
        "<script>",
        "&amp;",
        "../../etc/passwd",
        "C:\\x",
        "\n" * 500,
        " " * 5000,
        "\t" * 99,
        "a" * 100_000,
        "é" * 70_000,
        "👩‍👩‍👧" * 900,
    ),
    *("e" + "\u0301" * 3000, "﷽" * 400, "ＡＢＣ", "عربى", "中" * 5000, "\U0010ffff", "true", "null"),
)
"""What a venue may write where a text is expected."""


def _is_clean(text: str) -> bool:
    """Does nothing in it steer a terminal, and does it end?"""
    return len(text) <= LONGEST and not any(
        ord(char) < 32
        or 0x7F <= ord(char) < 0xA0
        or char in "\u202e\u2066\u2069\u200f\u061c"
        or 0xD800 <= ord(char) < 0xE000
        for char in text
    )


async def text_trial() -> dict[str, int]:
    """Each text as an error, as a product, as a price, as a close reason and as REST's message: what is shown of it."""
    heard = Heard()

    async def conduct(venue: SocketVenue, socket: ServerConnection, number: int) -> None:
        await hear_subscriptions(venue, socket)
        text = TEXTS[(number - 1) % len(TEXTS)]
        await socket.send(json.dumps({"type": "error", "message": text}))
        await socket.send(json.dumps({"channel": text, "sequence_num": 0}))
        await socket.send(ticker(text, text, 1).decode())
        await socket.send(ticker(PRODUCT, "67223.5", 2).decode())
        await socket.close(4000, text.encode("utf-8", "replace")[:120].decode("utf-8", "ignore"))

    async with socket_venue(conduct) as venue:
        feed = CoinbaseFeed(venue.url, SystemClock(), backoff=AtOnce())
        task = asyncio.create_task(feed.run((PRODUCT,), heard))
        await until(lambda: len(heard.lost) >= len(TEXTS), 60)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    shown = [
        *heard.lost,
        *(text for _, text in heard.notes),
        *feed.health().bad_frames,
        *await asyncio.to_thread(_said),
    ]
    return {
        "texts": len(TEXTS),
        "shown": len(shown),
        "unclean": sum(not _is_clean(text) for text in shown),
        "crashes": feed.health().counters["listener failures"],
        "prices of them": sum(tick.product_id != PRODUCT for tick in heard.ticks),
    }


def _said() -> list[str]:
    """What is said when REST's error message is such a text."""
    said = []
    for text in TEXTS:
        with venue_over(lambda *_, text=text: as_json({"message": text}, 400)) as (venue, _):
            try:
                venue.server_time()
            except FeedError as error:
                said.append(str(error))
    return said
