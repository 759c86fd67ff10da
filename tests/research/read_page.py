"""A page of HTML as a reader finds it: its tags, its tables, its data."""

import json
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "br", "img", "link"}


class ReadPage(HTMLParser):
    """A parsed page.

    Attributes:
        tags: every tag with its attributes, in order.
        texts: the text within, by the innermost tag.
        tables: rows of cells as text, a list a table.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.tables: list[list[list[str]]] = []
        self._within: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._within.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._within.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._within[-1] if self._within else "", data))
        if {"td", "th"} & set(self._within):
            self.tables[-1][-1][-1] += data

    @property
    def text(self) -> str:
        """What a person reads, tables too."""
        return " ".join(data for tag, data in self.texts if tag not in ("script", "style"))

    @property
    def scripts(self) -> list[str]:
        """Scripts that are run."""
        kinds = [attrs.get("type") for tag, attrs in self.tags if tag == "script"]
        return [data for (_, data), kind in zip(self._scripts(), kinds, strict=True) if kind is None]

    @property
    def data(self) -> Any:
        """What figures and charts are drawn from."""
        return json.loads(self._scripts()[0][1])

    @property
    def closed(self) -> bool:
        """Was every tag closed?"""
        return self._within == []

    def table_with(self, *columns: str) -> list[list[str]]:
        """The rows of the first table whose head has these columns; fails where there is none."""
        return next(rows[1:] for rows in self.tables if set(columns) <= set(rows[0]))

    def _scripts(self) -> list[tuple[str, str]]:
        return [each for each in self.texts if each[0] == "script"]
