"""`atlas deposit|withdraw` over the socket of a desk that lives, with what came of it, or why nothing did."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import click
import pytest

from atlas_tui.cli.funds import MoneyWish, moved
from core.domain.commands import MoveFunds
from core.domain.errors import StoreError
from core.domain.facts import FundsMoved
from tests.adapters.attached import serving
from tests.cli.said import Said
from tests.session.rig import Rig

Run = Callable[..., Said]


@asynccontextmanager
async def desk(root: Path) -> AsyncIterator[Rig]:
    """A desk that runs behind its socket."""
    async with Rig().running() as rig, serving(rig.session, root):
        await rig.armed()
        yield rig


def wish(amount: str, asked: list[str] | None = None, answer: bool = True) -> MoneyWish:
    """An amount, and a person who says the same to every question."""

    def ask(question: str) -> bool:
        if asked is not None:
            asked.append(question)
        return answer

    return MoneyWish(Decimal(amount), "savings", ask)


async def test_money_is_booked_after_a_yes_and_the_balances_are_told(tmp_path: Path) -> None:
    asked: list[str] = []
    async with desk(tmp_path) as rig:
        told = await moved(tmp_path, wish("250.50", asked))
        assert told == "$250.50 put in: savings; balance $1,000.00 before, $1,250.50 after"
        assert asked == ["The balance goes from $1,000.00 to $1,250.50. Go on?"]
        told = await moved(tmp_path, wish("-50"))
        assert told == "$50.00 taken out: savings; balance $1,250.50 before, $1,200.50 after"
        booked = [fact for fact in rig.kept(FundsMoved) if isinstance(fact, FundsMoved)]
        assert [fact.amount for fact in booked] == [Decimal("250.50"), Decimal(-50)]


async def test_more_than_is_free_and_a_no_book_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as rig:
        with pytest.raises(StoreError, match=r"cannot be withdrawn: \$1,000\.00 is free"):
            await moved(tmp_path, wish("-1000.01"))
        with pytest.raises(click.Abort):
            await moved(tmp_path, wish("5", answer=False))
        assert rig.kept(FundsMoved) == []


async def test_what_the_desk_itself_refuses_in_the_end_is_told_in_its_words(tmp_path: Path) -> None:
    async with desk(tmp_path) as rig:
        loop, gone = asyncio.get_running_loop(), threading.Event()

        def empty() -> None:
            rig.session.send(MoveFunds(Decimal(-1000), "", rig.clock.now()))
            gone.set()

        def ask(_: str) -> bool:
            """Somebody else is quicker than the answer."""
            loop.call_soon_threadsafe(empty)
            return gone.wait(10)

        with pytest.raises(StoreError, match=r"^\$600 cannot be withdrawn: \$0"):
            await moved(tmp_path, MoneyWish(Decimal(-600), "", ask))
        assert len(rig.kept(FundsMoved)) == 1


@pytest.mark.parametrize("verb", ["deposit", "withdraw"])
def test_without_a_desk_the_next_step_is_told(verb: str, atlas: Run, tmp_path: Path) -> None:
    said = atlas(verb, "100", "--yes", "--state-dir", tmp_path)
    assert (said.code, f"no desk runs on {tmp_path}: start one with atlas run" in said.sentence) == (1, True)


@pytest.mark.parametrize("amount", ["", "nan", "ten", "1e3", "0x10"])
def test_what_is_no_amount_is_refused_before_anybody_is_asked(amount: str, atlas: Run, tmp_path: Path) -> None:
    said = atlas("deposit", amount, "--yes", "--state-dir", tmp_path)
    assert (said.code, "is no amount" in said.sentence) == (2, True)
