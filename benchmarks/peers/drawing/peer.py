"""matplotlib: the picture of a run, as the text of an SVG file."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot

from benchmarks.peers.serving import Work, serve

MET, MISSED = "#2a9d8f", "#d1495b"
LONGEST = 150
SPAN = (0.1, 100.0)


def bars(title: str, bars: Sequence[Mapping[str, Any]]) -> Work:
    """Horizontal bars from 1, which is just met, to how many times better the figure is."""
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "atlas", "font.size": 8})
    figure, axes = pyplot.subplots(figsize=(16, 0.9 + 0.26 * len(bars)))
    for at, bar in enumerate(bars):
        better = bar["better_by"]
        shown = min(SPAN[1], max(SPAN[0], better)) if better is not None else 1.0
        axes.barh(at, shown - 1, left=1, height=0.7, color=MET if bar["met"] else MISSED)
        told = "not measured" if better is None else f"{better:,.2f}"
        axes.annotate(told, (max(1.0, shown), at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7)
    axes.set_yticks(range(len(bars)), [bar["label"][:LONGEST] for bar in bars])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlim(*SPAN)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel("times better than asked for; right of 1 is met")
    axes.set_title(title, loc="left", fontsize=8)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
    return lambda: text


if __name__ == "__main__":
    serve({"matplotlib": mpl.__version__}, {"bars": bars})
