"""How far a sweep has come, on stderr: a bar on a terminal, else a line every tenth."""

import sys

import click

from atlas_tui.cli.bar import drawn


class Progress:
    """Told of every part that is stored."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr.isatty()
        self._tenth = -1
        self._shown = False

    def take(self, done: int, whole: int) -> None:
        """So many runs of all are stored."""
        if self._on_terminal:
            click.echo(f"\r{drawn(done / whole)} {done:,} of {whole:,} runs", nl=False, err=True)
            self._shown = True
        elif (tenth := 10 * done // whole) != self._tenth:
            self._tenth = tenth
            click.echo(f"{done:,} of {whole:,} runs", err=True)

    def end(self) -> None:
        """Nothing more comes."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
