"""Tables of the Performance tab: what the trades add up to, and by what they differ, always with n and its doubt."""

from collections.abc import Sequence
from decimal import Decimal

from atlas_tui import formats
from atlas_tui.lines import Line, facts, rule
from atlas_tui.views.period import Period
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.top_bar import money_role
from core.domain.dimensions import DIMENSIONS
from core.domain.performance import max_drawdown, mean_band, metrics_of_trades, win_band
from core.domain.positions import ClosedTrade

_MOST_GROUPS = 14


def facts_block(trades: Sequence[ClosedTrade], curve: Sequence[Decimal], width: int) -> tuple[Line, ...]:
    """The figures of all these trades."""
    found = metrics_of_trades(trades)
    fall, fall_pct = max_drawdown(curve)
    low, high = win_band(found.wins, found.trades)
    error = "" if found.standard_error is None else f" ±{found.standard_error:.2f}"
    fees = sum((trade.fees for trade in trades), Decimal(0))
    funding = sum((trade.funding for trade in trades), Decimal(0))
    gained = (curve[-1] - curve[0]) / curve[0] * 100 if curve[0] else Decimal(0)
    pairs = [
        ("trades", Cell(f"{found.trades} ({found.wins}W {found.losses}L)")),
        ("win rate", Cell(f"{found.win_rate:.1f}% [{low:.0f}..{high:.0f}]")),
        ("net", Cell(formats.usd(found.net, signed=True), f"{money_role(found.net)} bold")),
        ("mean", Cell(f"{formats.usd(found.expectancy, signed=True)}{error}")),
        ("mean R", Cell(mean_text([trade.r_multiple for trade in trades]))),
        ("profit f.", Cell("no loss" if found.profit_factor is None else f"{found.profit_factor:.2f}")),
        ("drawdown", Cell(f"{formats.usd(-fall)} {formats.pct(-fall_pct, 1)}", "short" if fall else "text")),
        ("return", Cell(formats.pct(gained), money_role(round(gained, 2)))),
        ("fees", Cell(formats.usd(-fees, signed=True))),
        ("funding", Cell(formats.usd(funding, signed=True))),
    ]
    return (rule("closed trades", width), *facts(pairs, min(width, 64), 2 if width >= 56 else 1))


def mean_text(r_multiples: Sequence[Decimal]) -> str:
    """`+0.21R [-0.31..+0.73]`: the mean and its 95 % band."""
    if not r_multiples:
        return formats.UNKNOWN
    mean = sum(r_multiples, Decimal(0)) / len(r_multiples)
    band = mean_band(r_multiples)
    text = formats.r_multiple(mean)
    return text if band is None else f"{text} [{band[0]:+.2f}..{band[1]:+.2f}]"


def group_block(trades: Sequence[ClosedTrade], period: Period, width: int) -> tuple[Line, ...]:
    """One line a group, the most frequent first: n, win rate with its band, mean R with its band, mean and net."""
    groups: dict[tuple[str, ...], list[ClosedTrade]] = {}
    for trade in trades:
        groups.setdefault(tuple(DIMENSIONS[name](trade) for name in period.by), []).append(trade)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    name = " x ".join(period.by)
    title = f"by {name}" if len(name) + 4 <= width else "by group"
    found: list[Line] = [rule(title, width, note=(Cell("B other groups ", "readable"),))]
    shown = _Columns(width, [_label(key) for key, _ in ranked])
    found.append(shown.head())
    found += [shown.line(_label(key), members) for key, members in ranked[:_MOST_GROUPS]]
    rest = len(ranked) - _MOST_GROUPS
    if rest > 0:
        noun = "group" if rest == 1 else "groups"
        found.append((Cell(f"{rest} more {noun}: atlas trades --format csv has every trade", "readable"),))
    return tuple(found)


def _label(key: tuple[str, ...]) -> str:
    return " ".join({"LONG": "▲", "SHORT": "▼", "intraday": "intra"}.get(part, part) for part in key)


class _Columns:
    """The columns that fit: name and n always, then win rate, mean R, net, and the bands and the mean in USD."""

    def __init__(self, width: int, labels: Sequence[str]) -> None:
        self._name = min(24, max([len(label) for label in labels], default=8) + 1)
        free = width - self._name - 4
        self._win = free >= 5
        self._net = free >= 26
        self._bands = free >= 50
        self._mean = free >= 60

    def head(self) -> Line:
        """Titles."""
        text = f"{'':<{self._name}}{'n':>4}"
        text += f"{'win':>5}" if self._win else ""
        text += f"{'95%':>9}" if self._bands else ""
        text += f"{'mean R':>9}"
        text += f"{'95%':>15}" if self._bands else ""
        text += f"{'mean':>10}" if self._mean else ""
        text += f"{'net':>12}" if self._net else ""
        return (Cell(text, "readable"),)

    def line(self, label: str, trades: Sequence[ClosedTrade]) -> Line:
        """One group."""
        found = metrics_of_trades(trades)
        low, high = win_band(found.wins, found.trades)
        band = mean_band([trade.r_multiple for trade in trades])
        cells = [Cell(f"{label:<{self._name}}", "text bold"), Cell(f"{found.trades:>4}")]
        if self._win:
            cells.append(Cell(f"{found.win_rate:>4.0f}%"))
        if self._bands:
            cells.append(Cell(f"{f'{low:.0f}..{high:.0f}':>9}", "readable"))
        cells.append(Cell(f"{formats.r_multiple(found.average_r):>9}", money_role(found.net)))
        if self._bands:
            text = formats.UNKNOWN if band is None else f"{band[0]:+.2f}..{band[1]:+.2f}"
            cells.append(Cell(f"{text:>15}", "readable"))
        if self._mean:
            cells.append(Cell(f"{formats.usd(found.expectancy, signed=True):>10}"))
        if self._net:
            cells.append(Cell(f"{formats.usd(found.net, signed=True):>12}", money_role(found.net)))
        return tuple(cells)
