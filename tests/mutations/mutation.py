"""One rule broken in one place."""

from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """Exact text of a file, which must be there once, and what it becomes."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """A broken rule.

    Attributes:
        breaks: what no longer holds, in words.
        edit: how it is broken.
        test: the node that must fail for it.
        quick: is it tried in every run of the tests? The others by `make mutations`.
    """

    breaks: str
    edit: Edit
    test: str
    quick: bool = False
