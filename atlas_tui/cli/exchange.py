"""`atlas exchange`: the embedded exchange alone, on this machine, until it is told to stop."""

import asyncio
import signal
from pathlib import Path

import click

from atlas_tui.cli.common import instant
from atlas_tui.cli.listing import put_json
from core.simulator.exchange import Exchange, ExchangeSettings
from core.simulator.fault_schedule import TimedFault
from core.simulator.market import CandleSource


@click.command("exchange")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Of REST; 0 picks one.")
@click.option("--ws-port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Of the websocket.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the price model.")
@click.option("--speed", type=float, default=1.0, show_default=True, help="Its seconds in a real second.")
@click.option("--start", metavar="ISO", help="Where its clock starts, e.g. 2026-01-06T14:00:00Z.")
@click.option("--candles", multiple=True, metavar="SYMBOL:TF=FILE", help="Serve recorded candles; may be repeated.")
@click.option(
    "--fault", "faults", multiple=True, metavar="KIND[:ARGS]@SECONDS", help="Go wrong by itself; may be repeated."
)
@click.option("--frames", type=click.Path(path_type=Path), metavar="FILE.jsonl", help="Replay recorded frames.")
def exchange_command(
    host: str,
    port: int,
    ws_port: int,
    seed: int,
    speed: float,
    start: str | None,
    candles: tuple[str, ...],
    faults: tuple[str, ...],
    frames: Path | None,
) -> None:
    """Run the embedded exchange: REST and websocket as Coinbase has them, on this machine only.

    Prints one JSON line with both addresses when it is ready. A fault comes so many real seconds later:
    close:1001@5, skip:3@10, stall@20, stall:on=false@40. POST /_fault makes them too; GET /_state tells.
    """
    settings = ExchangeSettings(
        host=host,
        rest_port=port,
        ws_port=ws_port,
        seed=seed,
        speed=speed,
        start=instant(start, "--start") if start else None,
        candles=tuple(CandleSource.parse(text) for text in candles),
        frames=frames,
        faults=tuple(TimedFault.parse(text) for text in faults),
    )
    asyncio.run(_serve(settings))


async def _serve(settings: ExchangeSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    async with Exchange(settings) as exchange:
        put_json({"rest": exchange.rest_url, "ws": exchange.ws_url})
        await stop.wait()
