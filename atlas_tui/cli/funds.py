"""`atlas deposit|withdraw`: paper money in or out, by the desk that runs on the state directory."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Final

import click

from atlas_tui import formats
from atlas_tui.cli.books import books_of
from atlas_tui.cli.common import common_options
from atlas_tui.cli.saying import tell
from atlas_tui.cli.version import installed_version
from core.adapters.remote_desk import LocalWay, RemoteDesk
from core.domain.commands import MoveFunds
from core.domain.errors import ConfigError, StoreError
from core.domain.events import Level, Noted, fresh_notes
from core.domain.funds import amount_of, free_to_leave, funds_refusal
from core.domain.snapshot import Snapshot

ANSWER_S: Final = 10.0
"""Real seconds within which a desk that lives has booked or refused it."""

Ask = Callable[[str], bool]


@click.command("deposit")
@click.argument("amount")
@click.option("--reason", default="", help="Kept with it in the ledger.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@click.pass_context
def deposit_command(context: click.Context, amount: str, reason: str, yes: bool) -> None:
    """Put AMOUNT of paper money, in USD, into the account of the running desk."""
    _move(context, amount, 1, reason, yes)


@click.command("withdraw")
@click.argument("amount")
@click.option("--reason", default="", help="Kept with it in the ledger.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@click.pass_context
def withdraw_command(context: click.Context, amount: str, reason: str, yes: bool) -> None:
    """Take AMOUNT of paper money, in USD, out of the account of the running desk: what is free, no more."""
    _move(context, amount, -1, reason, yes)


def _move(context: click.Context, text: str, sign: int, reason: str, yes: bool) -> None:
    amount = amount_of(text)
    if amount is None:
        raise ConfigError(f"{text[:40]!r} is no amount: write a number of USD above 0, such as 250 or 1,000.50")
    if not yes and not sys.stdin.isatty():
        raise ConfigError("nobody can be asked here: say --yes")

    def ask(question: str) -> bool:
        return yes or click.confirm(question)

    told = asyncio.run(moved(books_of(context).root, MoneyWish(sign * amount, reason, ask)))
    tell(told)


class MoneyWish:
    """An amount in USD, below 0 to take it out, why, and who says yes to it."""

    def __init__(self, amount: Decimal, reason: str, ask: Ask) -> None:
        self.amount = amount
        self.reason = reason
        self.ask = ask


async def moved(root: Path, wish: MoneyWish) -> str:
    """Have the desk of this directory book it; what came of it, in a sentence.

    Raises:
        StoreError: no desk runs there, it refuses, or it does not answer.
        click.Abort: the person says no.
    """
    desk = RemoteDesk(LocalWay(root, installed_version), installed_version)
    try:
        await desk.meet()
    except OSError as error:
        raise StoreError(
            f"no desk runs on {root}: start one with atlas run, or say :deposit or :withdraw in its console"
        ) from error
    pictures: asyncio.Queue[Snapshot] = asyncio.Queue()
    desk.subscribe(pictures.put_nowait)
    running = asyncio.create_task(desk.run())
    try:
        return await _booked(desk, pictures, wish)
    except TimeoutError as error:
        raise StoreError(
            f"the desk has not answered within {ANSWER_S:.0f} s: atlas status tells what it holds"
        ) from error
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _booked(desk: RemoteDesk, pictures: "asyncio.Queue[Snapshot]", wish: MoneyWish) -> str:
    async with asyncio.timeout(ANSWER_S):
        while (before := await pictures.get()).link.waiting:
            pass
    account = before.account
    refusal = funds_refusal(wish.amount, free_to_leave(account.balance, account.unrealised, account.reserved))
    if refusal:
        raise StoreError(refusal)
    after = account.balance + wish.amount
    question = f"The balance goes from {formats.usd(account.balance)} to {formats.usd(after)}. Go on?"
    if not await asyncio.to_thread(wish.ask, question):
        raise click.Abort
    desk.send(MoveFunds(wish.amount, wish.reason, before.at))
    async with asyncio.timeout(ANSWER_S):
        while True:
            now = await pictures.get()
            answer = _answer(before.log, now.log, wish.amount)
            if answer is not None and answer.level is Level.WARN:
                raise StoreError(answer.text)
            if answer is not None:
                balances = f"{formats.usd(account.balance)} before, {formats.usd(now.account.balance)} after"
                return f"{answer.text}; balance {balances}"


def _answer(before: tuple[Noted, ...], now: tuple[Noted, ...], amount: Decimal) -> Noted | None:
    """What the desk has said since then of this amount: others may move money at the same time."""
    known = next((each for each in reversed(now) if before and each == before[-1]), None)
    booked = f"{formats.usd(abs(amount))} {'put in' if amount > 0 else 'taken out'}"
    for note in fresh_notes(now, known):
        if note.topic == "account" and note.text.startswith(
            booked if note.level is Level.GOOD else f"${abs(amount):,} "
        ):
            return note
    return None
