"""`atlas explain ID`: why one signal, setup, position or trade is what it is, from the ledger alone."""

import difflib
from collections.abc import Mapping
from typing import Any

import click

from atlas_tui.cli.books import Books, books_of
from atlas_tui.cli.common import common_options, format_option
from atlas_tui.cli.listing import csv_text, plain, put_json
from atlas_tui.cli.saying import tell
from atlas_tui.lines import text_of
from atlas_tui.views.explained import explained
from atlas_tui.zones import zone_named
from core.adapters.ledger_known import known_in
from core.adapters.ledger_reader import LedgerReader
from core.domain.errors import AtlasError
from core.domain.explaining.explanation import explain
from core.domain.explaining.parts import Explanation
from core.domain.explaining.plain import sections_of
from core.domain.review_views import RefusalView
from core.domain.rows import exact, position_row, setup_rows, signal_row, trade_row
from core.domain.signals import iso_z, short_hash

Item = dict[str, Any]
WIDTH = 100
"""Columns of the text."""


@click.command("explain")
@click.argument("identifier", metavar="ID")
@format_option
@common_options
@click.pass_context
def explain_command(context: click.Context, identifier: str, style: str) -> None:
    """Say why ID is what it is: a whole id, or the first 8 digits of its hash as the lists show it.

    The bars, the rule, the filters, continuity and veto, every gate, the arithmetic of size and margin, the fill,
    funding and the exit, as the ledger keeps them. JSON has the flat rows, and the same sections with exact numbers.
    """
    books = books_of(context)
    with books.reader() as reader:
        items, known = _items(reader), known_in(reader, books.settings.policy.review, books.now())
    names = known.named(identifier)
    if not names:
        raise AtlasError(_unknown(identifier, items))
    if len(names) > 1:
        raise AtlasError(f"{identifier} is the hash of {len(names)} ids: give one whole, as in {names[0]}")
    case = known.case(names[0])
    assert case is not None  # every id it names has one
    if style == "table":
        _put_text(explain(case), books)
        return
    whole = _with_kin([item for item in items if item["id"] == names[0]], items)
    if style == "json":
        sections = sections_of(explain(case))
        put_json([{**item, "sections": sections} if item["id"] == names[0] else item for item in whole])
        return
    rows = [
        {"of": item["kind"], "what": name, "value": plain(value)}
        for item in whole
        for name, value in item.items()
        if name != "kind" and value is not None
    ]
    tell(csv_text(rows, ("of", "what", "value")), nl=False)


def _put_text(explanation: Explanation, books: Books) -> None:
    tell(explanation.title)
    for line in explained(explanation, WIDTH, zone_named(books.settings.ui.zone.value)):
        tell(text_of(line).rstrip())


def _items(reader: LedgerReader) -> list[Item]:
    """Every signal, setup leg, position and trade as a row with its kind; refusals with the numbers compared."""
    items: list[Item] = [{"kind": "signal", **signal_row(view)} for view in reader.signals()]
    for view in reader.setups():
        refused = _refusal(view.refusal) if view.refusal else {}
        items += [{"kind": "setup", **row, **(refused if row["refusal"] else {})} for row in setup_rows(view)]
    items += [{"kind": "position", **position_row(position)} for position in reader.positions()]
    items += [{"kind": "trade", **trade_row(trade)} for trade in reader.trades()]
    return items


def _refusal(refusal: RefusalView) -> Mapping[str, Any]:
    return {
        "refused_side": refusal.side.value,
        "refused_price": exact(refusal.price),
        "refused_at": iso_z(refusal.at),
        "refusal_numbers": dict(refusal.numbers),
    }


def _with_kin(found: list[Item], items: list[Item]) -> list[Item]:
    """The items and what hangs together with them: a trade's setup, a setup's trade or position."""
    setups = {item.get("setup_id", item["id"]) for item in found}
    kin = [item for item in items if item not in found and (item["id"] in setups or item.get("setup_id") in setups)]
    return [*found, *kin]


def _unknown(identifier: str, items: list[Item]) -> str:
    near = difflib.get_close_matches(identifier, sorted({str(item["id"]) for item in items}), n=1, cutoff=0.5)
    hint = (
        f"; did you mean {near[0]} ({short_hash(near[0])})?" if near else ": atlas signals and atlas setups list them"
    )
    return f"{identifier} is no id in this ledger{hint}"
