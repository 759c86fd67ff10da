"""What can be asked for: a path, what may be asked with it, and how it is answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from core.adapters.api.replies import JSON, Refused
from core.domain.text import one_line

Query = Mapping[str, str]
"""What was asked with a path, decoded, each name once."""
Schema = Mapping[str, Any]
"""A JSON Schema, as OpenAPI 3.1 takes it."""
STREAM: Final = "text/event-stream"
LAST_EVENT: Final = "Last-Event-ID"
"""The header by which a reader of a stream goes on where it was."""
_MOST_PARAMETERS: Final = 16


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that may be asked with a path: in its query, or in a header."""

    name: str
    meaning: str
    schema: Schema
    place: str = "query"


@dataclass(frozen=True, slots=True)
class Route:
    """One path.

    Attributes:
        summary: what is answered, a few words.
        schema: of the answer; the name of one of the document's where there is a `$ref`.
        answer: gives the body. It may block, is called on a thread, and raises Refused or an AtlasError.
        parameters: what may be asked with it.
        media: type of the body.
        is_open: answered at once on the API's own loop, and without a token.
        tell: for a stream, given the id of the last event its reader had: what is sent at each look at the desk, b""
            for nothing new. A look may block, is made on a thread, and raises Refused or an AtlasError.
        still_here: what a stream says where nothing is new for long.
        look_s: real seconds between two looks; 0 is as the limits have it.
    """

    summary: str
    schema: Schema
    answer: Callable[[Query], bytes] = lambda query: b""
    parameters: tuple[Parameter, ...] = ()
    media: str = JSON
    is_open: bool = False
    tell: Callable[[str], Iterator[bytes]] | None = None
    still_here: bytes = b": still here\n\n"
    look_s: float = 0.0


Routes = Mapping[str, Route]
"""By path."""


def query_of(route: Route, text: bytes) -> Query:
    """What was asked with the path. Raises Refused for what is not known, not readable or there twice."""
    try:
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(text),
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError as error:
        raise Refused(400, "query", "the query cannot be read: write name=value, joined by &") from error
    known = [parameter.name for parameter in route.parameters if parameter.place == "query"]
    for name, _ in pairs:
        if name not in known:
            takes = f"takes {', '.join(known)}" if known else "takes no parameter"
            raise Refused(400, "parameter", f"{one_line(name, 40)!r} is not known: this path {takes}")
    if len({name for name, _ in pairs}) < len(pairs):
        raise Refused(400, "parameter", "a parameter is given twice")
    return dict(pairs)
