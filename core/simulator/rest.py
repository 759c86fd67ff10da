"""The REST side: Coinbase's public Advanced Trade endpoints, and `/_state` and `/_fault` of the exchange itself."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial
from typing import Final, NamedTuple, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.domain.errors import ConfigError
from core.simulator.answers import books, candle_query, listed_products, market_trades
from core.simulator.clock import SimulatedClock
from core.simulator.faults import Faults
from core.simulator.market import Market
from core.simulator.product import Product
from core.simulator.records import Json, whole_second

PREFIX: Final = "/api/v3/brokerage"
_LARGEST_BODY: Final = 65_536
_T = TypeVar("_T")
Endpoint = Callable[[Request], Awaitable[Response]]


class BadArgument(Exception):
    """A query the venue refuses with 400; the text is its message."""


class NotFound(Exception):
    """A product the venue does not list."""


class Answering(NamedTuple):
    """What the endpoints answer from."""

    market: Market
    clock: SimulatedClock
    faults: Faults
    worker: Executor
    state: Callable[[], Json]
    inject: Callable[[dict[str, object]], None]


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON as the venue sends it."""
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


class RestSide:
    """The endpoints over one market."""

    def __init__(self, given: Answering) -> None:
        self._given = given

    def app(self) -> Starlette:
        """The ASGI application."""
        market = f"{PREFIX}/market"
        table: list[tuple[str, Endpoint]] = [
            (f"{PREFIX}/time", self._time),
            (f"{market}/products", self._products),
            (f"{market}/product_book", self._book),
            (f"{market}/products/{{product_id}}", self._product),
            (f"{market}/products/{{product_id}}/candles", self._candles),
            (f"{market}/products/{{product_id}}/ticker", self._trades),
        ]
        routes = [Route(path, self._guarded(endpoint), methods=["GET"]) for path, endpoint in table]
        routes.append(Route("/_state", self._state, methods=["GET"]))
        routes.append(Route("/_fault", self._fault, methods=["POST"]))
        routes.append(Route("/{rest:path}", self._private, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]))
        return Starlette(routes=routes)

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, its refusals in the venue's shapes."""

        async def run(request: Request) -> Response:
            await request.body()
            try:
                return await endpoint(request)
            except BadArgument as error:
                text = str(error)
                return answer({"error": "INVALID_ARGUMENT", "error_details": text, "message": text}, 400)
            except NotFound as error:
                text = str(error)
                return answer({"error": "NOT_FOUND", "error_details": text, "message": text}, 404)

        return run

    async def _off_loop(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._given.worker, work)

    def _listed(self, product_id: str) -> Product:
        product = self._given.market.products.get(product_id)
        if product is None or self._given.faults.delisted(product_id):
            raise NotFound("Product not found")
        return product

    async def _time(self, request: Request) -> Response:
        now = self._given.clock.now() + self._given.faults.skew_s()
        body = {"iso": whole_second(now), "epochSeconds": str(int(now)), "epochMillis": str(int(now * 1000))}
        return answer(body)

    async def _products(self, request: Request) -> Response:
        now, faults = self._given.clock.now(), self._given.faults
        every = [each for each in self._given.market.products.values() if not faults.delisted(each.listing.product_id)]
        chosen = listed_products(every, request.query_params)
        if isinstance(chosen, str):
            raise BadArgument(chosen)
        records = [faults.record(await self._off_loop(partial(each.record, now))) for each in chosen.shown]
        return answer({"products": records, "num_products": chosen.total})

    async def _product(self, request: Request) -> Response:
        product, now = self._listed(request.path_params["product_id"]), self._given.clock.now()
        return answer(self._given.faults.record(await self._off_loop(lambda: product.record(now))))

    async def _candles(self, request: Request) -> Response:
        product, now = self._listed(request.path_params["product_id"]), self._given.clock.now()
        query = candle_query(request.query_params)
        if isinstance(query, str):
            raise BadArgument(query)
        rows = await self._off_loop(lambda: product.candles(query.seconds, query.first, query.last, now))
        told = self._given.faults.rows(rows[: query.limit], product.listing.product_id, query.seconds)
        return answer({"candles": told})

    async def _trades(self, request: Request) -> Response:
        product, now = self._listed(request.path_params["product_id"]), self._given.clock.now()
        made = await self._off_loop(lambda: market_trades(product, request.query_params, now))
        if isinstance(made, str):
            raise BadArgument(made)
        return answer(made)

    async def _book(self, request: Request) -> Response:
        product, now = self._listed(request.query_params.get("product_id", "")), self._given.clock.now()
        told = await self._off_loop(lambda: books(product, request.query_params, now))
        if isinstance(told, str):
            raise BadArgument(told)
        return answer(told)

    async def _private(self, request: Request) -> Response:
        await request.body()
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return PlainTextResponse("Unauthorized\n", 401)
        return answer({"error": "NOT_FOUND", "error_details": "", "message": "no such path"}, 404)

    async def _state(self, request: Request) -> Response:
        await request.body()
        return answer(self._given.state())

    async def _fault(self, request: Request) -> Response:
        body = await request.body()
        try:
            payload = msgspec.json.decode(body[:_LARGEST_BODY], type=dict[str, object])
            self._given.inject(payload)
        except (msgspec.MsgspecError, ConfigError) as error:
            return answer({"error": "INVALID_ARGUMENT", "error_details": str(error), "message": str(error)}, 400)
        return answer({"active": self._given.faults.active()})
