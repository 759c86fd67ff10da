"""One page of HTML that opens from a disk: it loads nothing, and runs no script but its own.

The policy in its head lets a browser fetch nothing at all, and names the scripts by their digests.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

from core.research.report.markup import Markup, element


def shell(title: str, body: Iterable[Markup], data: Mapping[str, Any], scripts: Sequence[str]) -> str:
    """The page.

    Args:
        title: in the browser's tab.
        body: what it shows.
        data: what the scripts read; `figures`, by name, are drawn where `figure` put them.
        scripts: in the order they run, Plotly's first; none holds the end of a script element.
    """
    told = json.dumps(data, separators=(",", ":"), ensure_ascii=True).replace("<", "\\u003c")
    head = element(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">'),
        element("title", title),
        element("style", Markup(asset("page.css"))),
    )
    held = element("script", Markup(told), type="application/json", id="data")
    run = (element("script", Markup(each)) for each in scripts)
    return f'<!DOCTYPE html>\n<html lang="en">{head}{element("body", *body, held, *run)}</html>\n'


def section(title: str, *children: object) -> Markup:
    """A part of the page under a heading."""
    return element("section", element("h2", title), *children)


def figure(name: str, caption: str) -> Markup:
    """Where a figure of the data is drawn, and what it shows, for those who do not see it too."""
    place = element("div", class_="figure", data_figure=name, role="img", aria_label=caption)
    return element("figure", place, element("figcaption", caption))


def asset(name: str) -> str:
    """A style sheet or script of this package."""
    return files("core.research.report").joinpath(name).read_text(encoding="utf-8")


def _policy(scripts: Sequence[str]) -> str:
    digests = " ".join(f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'" for each in scripts)
    return (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
