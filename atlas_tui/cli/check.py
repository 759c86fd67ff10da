"""`atlas check`: do the books of a state directory agree?"""

import click

from atlas_tui.cli.books import books_of
from atlas_tui.cli.common import common_options, format_option
from atlas_tui.cli.listing import put_json, put_rows
from atlas_tui.cli.saying import tell
from core.adapters.ledger_check import check


@click.command("check")
@format_option
@common_options
@click.pass_context
def check_command(context: click.Context, style: str) -> int:
    """Judge every invariant of the ledger, running desk or not. Exit 0 when all hold, 1 when one is broken."""
    books = books_of(context)
    results = check(books.root)
    whole = all(result.ok for result in results)
    rows = [{"id": result.id, "ok": result.ok, "detail": result.detail} for result in results]
    if style == "json":
        put_json({"ok": whole, "state_dir": str(books.root), "checks": rows})
    else:
        put_rows(rows, ("id", "ok", "detail"), style, books.settings.ui.zone)
    if style == "table":
        broken = sum(1 for result in results if not result.ok)
        tell(f"\nAll {len(rows)} invariants hold." if whole else f"\n{broken} of {len(rows)} invariants are broken.")
    return 0 if whole else 1
