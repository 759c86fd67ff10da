"""`atlas performance|leverage|status`: the account, its caps and the desk in a few lines."""

from datetime import datetime
from typing import Any

import click

from atlas_tui.cli.books import Books, books_of
from atlas_tui.cli.common import common_options, format_option, preset_option
from atlas_tui.cli.documents import absence_of, desk_status, leverage, performance
from atlas_tui.cli.listing import clock_text, csv_text, put_json, put_rows, table_text
from atlas_tui.cli.saying import tell
from atlas_tui.views import absence
from atlas_tui.zones import zone_named
from core.domain.review_views import AbsenceView

_LISTED = ("since_last_seen", "halted", "tripped", "disk", "listings", "alerts", "feed")
"""What is a list or an object in JSON, and a line each in the table."""
CAUTION = (
    "On 18.5 months of real candles the method's edge was +0.12 R a trade with a standard error of 0.11 before costs: "
    "not distinguishable from nothing, and 0.03 % a side eats it."
)


@click.command("performance")
@format_option
@common_options
@click.pass_context
def performance_command(context: click.Context, style: str) -> None:
    """What the closed trades add up to, in all and by kind of target; amounts in USD."""
    books = books_of(context)
    with books.reader() as reader:
        told = performance(books, reader)
    if style == "json":
        put_json(told)
        return
    start, balance, parts = told.pop("start_balance"), told.pop("balance"), told.pop("by_target_kind")
    put_rows([told, *parts], list(told), style, books.settings.ui.zone)
    if style == "table":
        tell(f"\nBalance {balance} USD, begun with {start}. {CAUTION}")


@click.command("leverage")
@preset_option
@format_option
@common_options
@click.pass_context
def leverage_command(context: click.Context, style: str) -> None:
    """Leverage tiers now, and the cap of every symbol. The venue's own cap may be lower still.

    Now is the desk's time: this machine's, but that of the last ledger event for a desk on an embedded exchange.
    """
    books = books_of(context)
    told, zone = leverage(books), books.settings.ui.zone
    if style == "json":
        put_json(told)
        return
    put_rows(told["caps"], list(told["caps"][0]), style, zone)
    if style == "table":
        tell(
            f"\nTier {told['tier']} at {clock_text(datetime.fromisoformat(told['at']), zone)} ({zone}); it changes at "
            f"{clock_text(datetime.fromisoformat(told['tier_change_at']), zone)}, "
            f"deadline {clock_text(datetime.fromisoformat(told['deadline_at']), zone)}."
        )


@click.command("status")
@format_option
@common_options
@click.pass_context
def status_command(context: click.Context, style: str) -> None:
    """Is a desk running, what does its account hold, and what stands for which symbol."""
    books = books_of(context)
    with books.reader() as reader:
        away = absence_of(books)
        status = desk_status(books, reader, away)
    if style == "json":
        put_json(status)
        return
    rows = [{"what": name, "value": value} for name, value in status.items() if name not in _LISTED]
    rows += _absence_rows(away, books)
    rows += [{"what": "halted", "value": _halt_text(one)} for one in status["halted"]]
    rows += [{"what": "tripped", "value": guard} for guard in status["tripped"]]
    rows += [{"what": "disk", "value": _disk_text(status["disk"])}]
    listings = status["listings"] or []
    rows += [{"what": f"listing {one['symbol']}", "value": _listing_text(one)} for one in listings]
    rows += [{"what": f"alerts {one['channel']}", "value": _alerts_text(one)} for one in status["alerts"]]
    rows += [{"what": what, "value": value} for what, value in _feed_lines(status["feed"])]
    if style == "csv":
        tell(csv_text(rows, ("what", "value")), nl=False)
    else:
        tell(table_text(rows, ("what", "value"), books.settings.ui.zone))


def _absence_rows(view: AbsenceView | None, books: Books) -> list[dict[str, str]]:
    """What happened since the last key, in words, where there is news."""
    if view is None or not view.is_news:
        return []
    zone = zone_named(books.settings.ui.zone)
    return [{"what": "since last seen", "value": text} for text in absence.summary(view, books.now(), zone)]


def _round_line(rounds: dict[str, Any]) -> str:
    """`96 done, 1 failed, 0 late, last 2026-01-06T15:00:05Z, next 2026-01-06T15:15:05Z`."""
    counts = ", ".join(f"{rounds.get(name, 0)} {name}" for name in ("done", "failed", "late"))
    times = [f"{name} {at}" for name in ("last", "next") if (at := rounds.get(f"{name}_at"))]
    return ", ".join([counts, *times])


def _feed_lines(feed: dict[str, Any] | None) -> list[tuple[str, Any]]:
    """State, what was counted, and the last messages that could not be used; nothing without a running desk."""
    if feed is None:
        return []
    lines: list[tuple[str, Any]] = [("feed", f"{feed.get('state')} {feed.get('told_s_ago')} s ago")]
    lines += [(name, _round_line(rounds)) for name, rounds in feed.get("rounds", {}).items()]
    lines += [(f"feed {name}", count) for name, count in feed.get("counters", {}).items() if count]
    return lines + [("feed not used", text) for text in feed.get("bad_frames", [])]


def _disk_text(disk: dict[str, Any]) -> str:
    taken = ", ".join(f"{name.removesuffix('_mb')} {disk[name]}" for name in disk if name.endswith("_mb"))
    over = f"; beyond its budget: {', '.join(disk['over_budget'])}" if disk["over_budget"] else ""
    return f"MB: {taken}{over}"


def _alerts_text(count: dict[str, Any]) -> str:
    told = f"{count['waiting']} waiting, {count['failed']} failed, {count['sent']} sent"
    return f"{told}; {count['reason']}" if count["reason"] else told


def _halt_text(halt: dict[str, str]) -> str:
    return f"entries of {halt['scope'] or 'every symbol'}, by {halt['source']} since {halt['since']}"


def _listing_text(listing: dict[str, Any]) -> str:
    return f"{listing.get('product_id') or 'none'}: {listing.get('why', '')}"
