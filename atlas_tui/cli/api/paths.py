"""Every path of the API with what it answers."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from atlas_tui.cli import documents
from atlas_tui.cli.api import schemas
from atlas_tui.cli.api.lists import AtHand, OfLedger, Totals
from atlas_tui.cli.api.live import live, news, positions, tail_of
from atlas_tui.cli.api.paging import Source, page, parameters
from atlas_tui.cli.books import Books
from atlas_tui.cli.listing import json_text
from atlas_tui.cli.version import installed_version
from core.adapters.api import pictures
from core.adapters.api.metrics import MEDIA, exposition
from core.adapters.api.openapi import document
from core.adapters.api.replies import Refused
from core.adapters.api.routes import LAST_EVENT, STREAM, Parameter, Query, Route, Routes
from core.adapters.api.watch import Watch
from core.adapters.desk_wire import PICTURES, PROTOCOL, Hello
from core.adapters.ledger_pages import SETUPS, SIGNALS, TRADES, Listed
from core.adapters.ledger_reader import LedgerReader
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.rows import Row
from core.domain.snapshot import Snapshot

SILENT_S: Final = 30.0
"""Real seconds without a picture from the desk, which paints one a second, after which it is not well."""

_LAST: Final = Parameter(
    LAST_EVENT, "id of the last event a reader had: the facts behind it come first", {"type": "string"}, "header"
)

Rows = Callable[[LedgerReader, Sequence[int]], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers are made of: the ledger, what was counted of it, and the newest picture."""

    books: Books
    watch: Watch
    totals: Totals = field(default_factory=Totals, repr=False)

    def snapshot(self) -> Snapshot:
        """The newest picture. Raises Refused before the first."""
        if self.watch.snapshot is None:
            raise Refused(503, "starting", "the desk is starting", [(b"retry-after", b"2")])
        return self.watch.snapshot

    def hello(self) -> Hello:
        """Who serves pictures. Raises Refused before the first."""
        mode = self.snapshot().link.mode.value
        return Hello(PROTOCOL, installed_version(), os.getpid(), str(self.books.root), mode)

    def health(self, query: Query) -> bytes:
        """Only that all is well: whoever asks has shown no token."""
        if self.watch.snapshot is None or time.monotonic() - self.watch.heard_s > SILENT_S:
            raise Refused(503, "unwell", "not ok", [(b"retry-after", b"5")])
        return _json({"status": "ok"})

    def status(self, query: Query) -> bytes:
        """The account, the listings, the disk, and the desk at this moment."""
        now = live(self.snapshot())
        with self.books.reader() as reader:
            told = documents.desk_status(self.books, reader, documents.absence_of(self.books))
        return _json({**told, "live": now})

    def performance(self, query: Query) -> bytes:
        """What the closed trades add up to."""
        with self.books.reader() as reader:
            return _json(documents.performance(self.books, reader))

    def leverage(self, query: Query) -> bytes:
        """Tiers and caps."""
        return _json(documents.leverage(self.books))

    def positions(self, query: Query) -> bytes:
        """Open positions at their marks."""
        return self._page(AtHand(positions(self.snapshot()), "opened_at"), query)

    def listed(self, listed: Listed, rows: Rows) -> Callable[[Query], bytes]:
        """A list of the ledger."""

        def answer(query: Query) -> bytes:
            with self.books.reader() as reader:
                return self._page(OfLedger(reader, listed, rows, self.totals), query)

        return answer

    def metrics(self, query: Query) -> bytes:
        """Counters and gauges, for Prometheus; without those of the ledger where that cannot be read."""
        try:
            with self.books.reader() as reader:
                counts: Mapping[str, int] | None = reader.counts()
        except StoreError:
            counts = None
        return exposition(self.watch, self.snapshot(), counts, time.monotonic())

    def _page(self, source: Source, query: Query) -> bytes:
        return _json(page(source, query, self.books.settings.policy.symbols))


def routes(desk: Desk) -> Routes:
    """By path: all there is."""
    short, whole = parameters(with_status=False), parameters(with_status=True)
    signals, trades = desk.listed(SIGNALS, documents.signals), desk.listed(TRADES, documents.trades)
    setups = desk.listed(SETUPS, lambda reader, keys: documents.setups(desk.books, reader, keys))
    answered = {
        "/health": Route("Is the desk well?", schemas.HEALTH, desk.health, is_open=True),
        "/status": Route("The desk, its account and its feed.", schemas.STATUS, desk.status),
        "/positions": Route("Open positions, oldest first.", _page("Position"), desk.positions, short),
        "/signals": Route("Completed patterns, newest first.", _page("Signal"), signals, whole),
        "/setups": Route("Setups, newest first, a row a leg.", _page("Setup"), setups, whole),
        "/trades": Route("Closed trades, in the order they closed.", _page("Trade"), trades, short),
        "/performance": Route("What the closed trades add up to.", schemas.PERFORMANCE, desk.performance),
        "/leverage": Route("Leverage tiers and caps now.", schemas.LEVERAGE, desk.leverage),
        "/metrics": Route("Metrics for Prometheus.", schemas.TEXT, desk.metrics, media=MEDIA),
        "/events": Route(
            "News as server-sent events: fact, status, positions, note.",
            schemas.EVENT,
            parameters=(_LAST,),
            media=STREAM,
            tell=lambda last: news(desk.watch, tail_of(StateDir(desk.books.root), last)),
        ),
    }
    answered["/pictures"] = Route(
        "The desk's pictures, for a console elsewhere: atlas attach --url.",
        schemas.FRAMES,
        media=PICTURES,
        tell=lambda last: pictures.pictures(desk.watch, desk.hello),
        still_here=b"",  # a desk that is silent is to be seen as such
        look_s=pictures.LOOK_S,
    )
    told: dict[str, bytes] = {}

    def openapi(query: Query) -> bytes:
        if not told:
            told["document"] = _json(document({**answered, "/openapi.json": own}, SHAPES, installed_version()))
        return told["document"]

    own = Route("This description.", {"type": "object"}, openapi)
    return {**answered, "/openapi.json": own}


SHAPES: Final = {
    "Position": schemas.POSITION,
    "Signal": schemas.SIGNAL,
    "Setup": schemas.SETUP,
    "Trade": schemas.TRADE,
}
"""By name, what lists hold."""


def _page(name: str) -> schemas.Schema:
    return schemas.page_of({"$ref": f"#/components/schemas/{name}"})


def _json(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can say
    return json_text(value).encode()
