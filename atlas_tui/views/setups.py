"""Tab 2, Setups: what is armed, a row a side, nearest to its trigger first."""

from collections.abc import Mapping
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.views.listing import Entry, Value, Widths, chosen, picked
from atlas_tui.views.prices import away_pct, is_stale, price_of
from atlas_tui.views.said import said_of
from atlas_tui.views.signals import away_cell, level_cells, side_role, verdict_cell
from atlas_tui.widgets.table_rows import Cell, Column
from atlas_tui.zones import DisplayZone
from core.domain.levels import Verdict
from core.domain.patterns import Side
from core.domain.signals import JudgedLeg, Setup
from core.domain.snapshot import SetupView, Snapshot

BAR = 8
"""Cells of the distance bar."""

CATALOGUE: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("mark", "", 1),
        Column("symbol", "sym", 5),
        Column("timeframe", "tf", 3),
        Column("pattern", "pattern", 7),
        Column("glyph", "", 1),
        Column("side", "dir", 7),
        Column("trigger", "trigger", 10, "right"),
        Column("away", "away", 6, "right"),
        Column("near", "near", BAR),
        Column("stop", "stop", 10, "right"),
        Column("target", "target", 10, "right"),
        Column("reward", "R:R", 5, "right"),
        Column("magnitude", "magn", 6, "right"),
        Column("tfc", "TFC", 4),
        Column("verdict", "verdict", 7),
        Column("valid", "valid", 6, "right"),
    )
}
_WIDE = "mark symbol timeframe pattern side trigger away near stop target reward magnitude tfc verdict valid"
_MID = "mark symbol timeframe pattern side trigger away near stop target reward tfc verdict"
_NARROW = "mark symbol timeframe pattern side trigger away near reward tfc verdict"
_TIGHT = "mark symbol timeframe pattern side trigger away reward tfc verdict"
_POCKET = "mark symbol timeframe pattern glyph trigger away tfc"
_PHONE = "mark symbol timeframe pattern glyph trigger away"
_TINY = "symbol pattern glyph trigger away"
_SETS = tuple(picked(CATALOGUE, keys) for keys in (_WIDE, _MID, _NARROW, _TIGHT, _POCKET, _PHONE, _TINY))
EMPTY = "No armed setups. Inside bars will appear here."


def columns(width: int, widths: Widths | None = None) -> tuple[Column, ...]:
    """The columns that fit with their values whole."""
    return chosen(_SETS, width, widths)


def rows(snapshot: Snapshot, zone: DisplayZone) -> list[Entry]:
    """A row for each side of each pending setup: armed ones first, nearest to their trigger first."""
    waiting = frozenset(snapshot.inbox)
    found: list[tuple[bool, Decimal, Entry]] = []
    for view in snapshot.setups:
        if view.pending:
            for judged in view.setup.legs:
                away = away_pct(price_of(snapshot, view.setup.symbol), judged.leg.side, judged.leg.entry)
                entry = _entry(snapshot, view, judged, away, zone, view.setup.id in waiting)
                found.append(
                    (not view.is_armed_on(judged.leg.side), away if away is not None else Decimal("Infinity"), entry)
                )
    found.sort(key=lambda item: item[:2])
    return [entry for _, _, entry in found]


def leg_key(setup_id: str, side: Side) -> str:
    """The key of one side's row."""
    return f"{setup_id}|{side}"


def expires_in_s(snapshot: Snapshot, setup: Setup) -> float:
    """Seconds until the setup has stood unbroken for too long, counted on an unbroken run of bars (S4.2)."""
    ends = setup.bar_end + (setup.max_unbroken + 1) * setup.timeframe.span
    return max(0.0, (ends - snapshot.at).total_seconds())


def nearness(setup: Setup, side: Side, price: Decimal | None) -> Decimal | None:
    """Where the price stands between the two triggers: 0 at the other side's, 1 at this side's."""
    span = setup.long_trigger - setup.short_trigger
    if price is None or span <= 0:
        return None
    place = min(Decimal(1), max(Decimal(0), (price - setup.short_trigger) / span))
    return place if side is Side.LONG else 1 - place


def distance_bar(share: Decimal | None, width: int = BAR) -> str:
    """The share as a bar: full means at the trigger."""
    if share is None:
        return ""
    full = min(width, max(0, round(share * width)))
    return "█" * full + "░" * (width - full)


def _entry(
    snapshot: Snapshot, view: SetupView, judged: JudgedLeg, away: Decimal | None, zone: DisplayZone, waits: bool
) -> Entry:
    setup, leg = view.setup, judged.leg
    armed = view.is_armed_on(leg.side)
    said = said_of(snapshot, view, zone, waits)
    grey = is_stale(snapshot, setup.symbol)
    score = view.tfc.get(leg.side, 0)
    role = side_role(leg.side)
    left = expires_in_s(snapshot, setup)
    share = nearness(setup, leg.side, price_of(snapshot, setup.symbol))
    mark = said.mark or ("✓" if view.reviewed else formats.LIVE if armed else formats.DONE)
    verdict = verdict_cell(judged.verdict)
    if judged.verdict is Verdict.OK and said.word:
        verdict = Cell(said.word, said.role)
    cells = {
        "mark": Cell(mark, said.role or ("setup" if armed else "readable")),
        "symbol": Cell(setup.symbol, "text bold"),
        "timeframe": Cell(str(setup.timeframe)),
        "pattern": Cell(setup.name),
        "glyph": Cell(formats.side_glyph(leg.side), role),
        "side": Cell(formats.side(leg.side), role),
        "away": away_cell(away, grey),
        "near": Cell(distance_bar(share), "stale" if grey else role),
        "tfc": Cell(f"{score}/4{formats.side_glyph(leg.side)}", role if score >= 2 else "readable"),
        "verdict": verdict,
        "valid": Cell(formats.countdown(left), "readable"),
        **level_cells(snapshot, setup.symbol, leg),
    }
    values: dict[str, Value] = {
        "trigger": leg.entry, "away": away, "near": share, "stop": leg.stop, "target": leg.target, "valid": left,
        "reward": leg.risk_reward, "magnitude": leg.magnitude_pct, "tfc": float(score),
    }  # fmt: skip
    return Entry(leg_key(setup.id, leg.side), cells, values, dim=not armed)
