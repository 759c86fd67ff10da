"""`python -m atlas_tui.cli.backtest.beside`: runs a console's backtests, in a process of its own.

It reads questions from stdin and writes answers to stdout, as `atlas_tui.backtest.talk` has them, and ends with stdin:
at once, whatever it is doing, for then the console is gone. It gives way to the desk where both want the processor.
"""

import os
import signal
import sys
from collections.abc import Iterator
from io import FileIO
from queue import SimpleQueue
from threading import Thread
from typing import Final

import click

from atlas_tui.backtest.talk import Answer, Ask, asked_in, line_of
from atlas_tui.cli.backtest.answers import Answers
from atlas_tui.cli.common import asked_of, common_options, preset_option

NICENESS: Final = 10
"""How far it stands back behind the desk."""


@click.command("beside")
@preset_option
@common_options
@click.pass_context
def beside(context: click.Context) -> None:
    """Answer a console's questions about backtests until it is gone."""
    os.nice(NICENESS)
    answers = Answers(asked_of(context), _tell)
    for question in _questions():
        answers.to(question)


def _questions() -> Iterator[Ask]:
    """Every question in its turn; a thread waits for the end of stdin beside."""
    asks: SimpleQueue[Ask] = SimpleQueue()

    def read() -> None:
        for line in FileIO(0, closefd=False):  # unbuffered: a buffer's lock would outlive the process
            asks.put(asked_in(line))
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # a compiler, too, that it may have started
        os._exit(0)

    Thread(target=read, name="asked", daemon=True).start()
    while True:
        yield asks.get()


def _tell(answer: Answer) -> None:
    sys.stdout.buffer.write(line_of(answer))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    beside()
