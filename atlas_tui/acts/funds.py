"""Acts on the paper money itself: put in, take out."""

from atlas_tui.acts.stage import TRADE, Act, Stage
from atlas_tui.acts.trading import confirm
from core.domain.commands import MoveFunds
from core.domain.funds import amount_of, free_to_leave, funds_refusal


def _move(stage: Stage, argument: str, sign: int) -> None:
    """Ask, then send it; the desk judges it again with the prices of that moment."""
    word, _, reason = argument.strip().partition(" ")
    amount, verb = amount_of(word), "deposit" if sign > 0 else "withdraw"
    if amount is None:
        stage.say(f"how much? :{verb} AMOUNT [REASON], in USD")
        return
    account = stage.snapshot.account
    free = free_to_leave(account.balance, account.unrealised, account.reserved)
    refusal = funds_refusal(sign * amount, free)
    if refusal:
        stage.say(refusal)
        return
    after = account.balance + sign * amount
    told = (
        f"The balance goes from ${account.balance:,.2f} to ${after:,.2f}; sizes follow it from the next entry on. "
        f"It is booked as what the account began with: no result changes."
    )
    command = MoveFunds(sign * amount, reason.strip(), stage.snapshot.at)
    confirm(stage, f"{verb.capitalize()} ${amount:,}?", told, [command], f"{verb} of ${amount:,} asked for")


def _deposit(stage: Stage, argument: str) -> None:
    _move(stage, argument, 1)


def _withdraw(stage: Stage, argument: str) -> None:
    _move(stage, argument, -1)


ACTS = (
    Act("deposit", (), "put paper money in", TRADE, _deposit, takes="AMOUNT [REASON]", asks=True),
    Act("withdraw", (), "take paper money out", TRADE, _withdraw, takes="AMOUNT [REASON]", asks=True),
)
