"""How the command line says what went wrong."""

import click

from core.domain.text import one_line

SENTENCE = 2000
"""Longest error sentence, characters."""


def say(text: str) -> None:
    """One line to stderr, cleaned."""
    click.echo(one_line(text, SENTENCE), err=True)
