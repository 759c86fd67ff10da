"""`:deposit` and `:withdraw`: asked before, refused in words."""

from decimal import Decimal

import pytest
from textual.keys import _character_to_key

from core.domain.commands import MoveFunds
from tests.tui.as_text import screen_text
from tests.tui.driven import Console
from tests.tui.snapshots_data import rich

REFUSED = [
    (":deposit", "how much? :deposit AMOUNT [REASON], in USD"),
    (":withdraw a lot", "how much? :withdraw AMOUNT [REASON], in USD"),
    (":deposit -5", "how much? :deposit AMOUNT [REASON], in USD"),
    (":deposit 1e3", "how much? :deposit AMOUNT [REASON], in USD"),
    (":deposit 0", "an amount of money is above 0"),
    (":deposit 0.0000001", "no more than six decimals"),
    (":withdraw 9999999", "cannot be withdrawn"),
]


def named(line: str) -> list[str]:
    """The keys that type a line."""
    return [_character_to_key(character) for character in line]


@pytest.mark.parametrize(
    ("line", "question", "amount", "reason"),
    [
        (":deposit $1,500.50 from savings", "Deposit $1,500.50?", "1500.50", "from savings"),
        (":withdraw 100", "Withdraw $100?", "-100", ""),
    ],
)
async def test_money_moves_once_it_is_confirmed(line: str, question: str, amount: str, reason: str) -> None:
    async with Console(rich(), (80, 24)) as console:
        await console.press(*named(line))
        await console.press("enter")
        assert console.desk.sent == []
        assert any(question in row for row in screen_text(console.app))
        await console.press("y")
        assert console.desk.sent == [MoveFunds(Decimal(amount), reason, console.desk.snapshot.at)]


async def test_a_no_moves_nothing() -> None:
    async with Console(rich(), (50, 30)) as console:
        await console.press(*named(":deposit 100"))
        await console.press("enter", "n")
        assert console.desk.sent == []


@pytest.mark.parametrize(("line", "words"), REFUSED)
async def test_what_cannot_be_moved_is_refused_before_anything_is_asked(line: str, words: str) -> None:
    async with Console(rich(), (120, 40)) as console:
        await console.press(*named(line))
        await console.press("enter")
        assert any(words in row for row in screen_text(console.app))
        assert console.desk.sent == []
