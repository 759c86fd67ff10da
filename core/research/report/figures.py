"""Figures as plain values, in the words of Plotly's JSON: `data` and `layout`, for a page to draw.

Colors are set for lines and bars alone, in tones that are seen on white and on black; text, grid and ground are the
page's (its style sheet), so that dark and light are one figure. No two things differ by color alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from core.research.backtest.curves import Bin

Figure = dict[str, Any]

COLORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "first": "#3d7edb",
        "second": "#b0762f",
        "up": "#1b9aaa",
        "down": "#e07a3f",
        "stop": "#d1495b",
        "target": "#2e8b57",
        "trade": "#8e6bd8",
        "setup": "rgba(128,128,128,.18)",
        "clear": "rgba(0,0,0,0)",
    }
)
"""What each thing is drawn in."""


_DIVERGING: Final = (
    (0.0, "rgba(224,122,63,.9)"), (0.5, "rgba(224,122,63,0)"),
    (0.5, "rgba(27,154,170,0)"), (1.0, "rgba(27,154,170,.9)"),
)  # fmt: skip
"""From the color of down to that of up, each clear at zero."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over time; between two moments the value is that of the earlier one.

    Attributes:
        dash: how the line is drawn, in Plotly's words: solid, dash, dot.
    """

    name: str
    at: Sequence[datetime]
    values: Sequence[float]
    color: str = COLORS["first"]
    dash: str = "solid"


def curves(of: Sequence[Curve], unit: str, suffix: str = "") -> Figure:
    """Lines over time, UTC.

    Args:
        of: the lines, the one in front last.
        unit: what the values are, beside the axis.
        suffix: behind every value, such as %.
    """
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": curve.name,
            "x": [f"{at:%Y-%m-%dT%H:%M:%S}" for at in curve.at],
            "y": list(curve.values),
            "line": {"color": curve.color, "dash": curve.dash, "width": 2, "shape": "hv"},
            "hovertemplate": f"%{{y:,.2f}}{suffix}",
        }
        for curve in of
    ]
    axes = {
        "xaxis": {"type": "date"},
        "yaxis": {"title": {"text": unit}, "ticksuffix": suffix, "automargin": True},
        "hovermode": "x unified",
    }
    return {"data": lines, "layout": _layout(axes)}


def histogram(of: Mapping[str, Sequence[Bin]], unit: str) -> Figure:
    """How many values fall into each bin; those below zero are hatched.

    Args:
        of: bins by name; two names stand side by side.
        unit: of the values, below the axis.
    """
    bars = []
    for (name, bins), color in zip(of.items(), (COLORS["first"], COLORS["second"]), strict=False):
        bars.append(
            {
                "type": "bar",
                "name": name,
                "x": [float(each.low + each.high) / 2 for each in bins],
                "y": [each.count for each in bins],
                "customdata": [[str(each.low), str(each.high)] for each in bins],
                "marker": {
                    "color": color,
                    "pattern": {"shape": ["/" if each.high <= 0 else "" for each in bins], "size": 5},
                },
                "hovertemplate": f"%{{customdata[0]}} to %{{customdata[1]}} {unit}: %{{y}} trades",
            }
        )
    axes = {
        "xaxis": {"title": {"text": unit}, "zeroline": True},
        "yaxis": {"title": {"text": "trades"}, "rangemode": "tozero"},
        "bargap": 0.1,
    }
    return {"data": bars, "layout": _layout(axes)}


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[float | None]],
    axes: tuple[str, str],
    unit: str,
) -> Figure:
    """A map of numbers, each written in its cell; what is not known stays empty.

    Args:
        rows: their values, from the top.
        columns: theirs.
        cells: by row and column.
        axes: what rows and columns are.
        unit: of the numbers: USD stands without decimals.
    """
    places = "0" if unit else "2"
    cell = {
        "type": "heatmap",
        "x": list(columns),
        "y": list(rows),
        "z": [list(row) for row in cells],
        "texttemplate": f"%{{z:+.{places}f}}",
        "colorscale": _DIVERGING,
        "zmid": 0,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "showscale": False,
        "hovertemplate": f"{axes[0]} %{{y}}, {axes[1]} %{{x}}: %{{z:+.{places}f}} {unit}<extra></extra>",
    }
    layout = {
        "xaxis": {"type": "category", "showgrid": False, "title": {"text": axes[1]}},
        "yaxis": {
            "type": "category",
            "showgrid": False,
            "title": {"text": axes[0]},
            "autorange": "reversed",
            "automargin": True,
        },
        "height": 130 + 36 * len(rows),
        "showlegend": False,
    }
    return {"data": [cell], "layout": _layout(layout)}


def _layout(more: Mapping[str, Any]) -> Figure:
    base: Figure = {
        "paper_bgcolor": COLORS["clear"],
        "plot_bgcolor": COLORS["clear"],
        "font": {"family": "system-ui, sans-serif", "size": 13},
        "margin": {"l": 60, "r": 14, "t": 30, "b": 44},
        "height": 320,
        "dragmode": False,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "bgcolor": COLORS["clear"]},
        "showlegend": True,
    }
    return {**base, **more}
