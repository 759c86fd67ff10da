"""`atlas shadows`: the counterfactual ledger, what refused entries would have come to."""

from collections.abc import Iterable
from decimal import Decimal

import click

from atlas_tui.cli.books import books_of
from atlas_tui.cli.common import common_options, format_option
from atlas_tui.cli.listing import Row, put_rows, table_text
from atlas_tui.cli.saying import tell
from core.domain.review_views import ShadowView
from core.domain.rows import ratio, shadow_row
from core.domain.sizing import Refusal

SHADOWS = [
    "symbol", "timeframe", "pattern", "direction", "code", "entry", "stop", "target", "opened_at", "r_multiple",
    "reason", "exit", "closed_at", "hash",
]  # fmt: skip
TOTALS = ["code", "followed", "open", "sum_r", "average_r"]


@click.command("shadows")
@format_option
@common_options
@click.pass_context
def shadows_command(context: click.Context, style: str) -> None:
    """Entries that were refused, oldest first, followed on paper to their stop or target; no money moved.

    The table ends with totals by code: how many were followed to their end, how many still run, and their R.
    """
    books = books_of(context)
    with books.reader() as reader:
        shadows = reader.shadows()
    columns = ["setup_id", *SHADOWS] if style == "csv" else SHADOWS
    zone = books.settings.ui.zone
    put_rows([shadow_row(shadow) for shadow in shadows], columns, style, zone, "No refused entry was followed yet.")
    if style == "table" and shadows:
        tell("\n" + table_text(totals(shadows), TOTALS, zone))


def totals(shadows: Iterable[ShadowView]) -> list[Row]:
    """A row for each code that refused an entry, in the order of the codes: counts, and R of those that have left."""
    found: dict[Refusal, list[ShadowView]] = {}
    for shadow in shadows:
        found.setdefault(shadow.code, []).append(shadow)
    return [_total(code, found[code]) for code in Refusal if code in found]


def _total(code: Refusal, shadows: list[ShadowView]) -> Row:
    ended = [shadow.r_multiple for shadow in shadows if shadow.r_multiple is not None]
    whole = sum(ended, Decimal(0))
    return {
        "code": code.value,
        "followed": len(ended),
        "open": len(shadows) - len(ended),
        "sum_r": ratio(whole),
        "average_r": ratio(whole / len(ended)) if ended else None,
    }
