"""How the command line speaks: answers to stdout, what went wrong to stderr, both cleaned."""

import click

from core.domain.text import clean, one_line

SENTENCE = 2000
"""Longest error sentence, characters."""
ANSWER = 200_000_000
"""Longest answer, characters: a bound, and beyond any ledger."""


def tell(text: object, nl: bool = True) -> None:
    """An answer to stdout, and a newline unless `nl` is False; nothing in it steers a terminal or is a secret."""
    click.echo(clean(str(text), ANSWER), nl=nl)


def say(text: str) -> None:
    """One line to stderr, cleaned."""
    click.echo(one_line(text, SENTENCE), err=True)
