"""What `atlas play` is to show: a recording, or candles as bar mode hears of them."""

import importlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from atlas_tui.cli.backtest.inputs import Question, inputs_of
from core.adapters.system_clock import SystemClock
from core.adapters.tape_reader import TapeReader
from core.domain.errors import ConfigError, RecordingError
from core.domain.text import one_line
from core.ports import Recording
from core.research.backtest.files import told_by
from core.research.backtest.tape import BarTape

_SHEETS: Final = (".csv", ".csv.gz")
_PARQUET: Final = (".parquet", ".pq")
_SPEED, _BAR_SPEED = 60.0, 900.0
_IMPORTING, _STORE = "core.research.history.importing", "core.research.history.store"  # pyarrow comes with them


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be played: it, what to call it, the speed it is played at where none is named, and whether of bars."""

    recording: Recording
    what: str
    speed: float
    of_bars: bool


def shown(file: Path | None, question: Question, asked: Mapping[str, Any]) -> Shown:
    """What is to be played.

    Args:
        file: a recording or candles; None takes the stored history.
        question: which candles; says nothing where the file is a recording.
        asked: the options every verb takes.

    Raises:
        AtlasError: there is nothing to play; one sentence that says what can be.
    """
    name = file.name.lower() if file is not None else ""
    if file is None and not question.symbols:
        raise ConfigError("play what? Name a recording or a candle file, or stored candles with --symbols")
    if file is None:
        return _bars(question, asked)
    if name.endswith(_PARQUET):
        return _parquet(file, question, asked)
    if name.endswith(_SHEETS):
        return _bars(replace(question, data=(file,), symbols=question.symbols or (_told(file),)), asked)
    if question != Question((), None, None, None, (), None, None, None):
        raise ConfigError("--symbols, --since, --until and --timeframe choose candles: a recording begins with --at")
    return Shown(_tape(file), f"recording {one_line(file.name, 60)}", _SPEED, of_bars=False)


def _tape(file: Path) -> TapeReader:
    """The recording, where it begins as one. Raises RecordingError."""
    try:
        tape = TapeReader(file)
        next(tape.entries(), None)
    except RecordingError as error:
        ours = "atlas play takes what --record has written, or candles in a .csv or .parquet file"
        raise RecordingError(f"{error}; {ours}") from error
    return tape


def _told(file: Path) -> str:
    """The base asset that the file's name tells. Raises ConfigError."""
    if base := told_by(file).base:
        return base
    raise ConfigError(f"what {one_line(file.name)} is of, its name does not tell: name it with --symbols BTC")


def _bars(question: Question, asked: Mapping[str, Any]) -> Shown:
    inputs = inputs_of(question, asked)
    lengths = sorted({each.timeframe for each in inputs.bars.series})
    of = ", ".join(each.symbol for each in inputs.bars.series)
    what = f"{'/'.join(map(str, lengths))} candles of {of}, no ticks"
    return Shown(BarTape(inputs.bars, inputs.rules), what, _BAR_SPEED, of_bars=True)


def _parquet(file: Path, question: Question, asked: Mapping[str, Any]) -> Shown:
    """Candles of a Parquet file, checked as `atlas history import` does, in a history that is gone afterwards."""
    try:
        importing, store = (importlib.import_module(name) for name in (_IMPORTING, _STORE))
    except ModuleNotFoundError as error:
        raise ConfigError(f"a Parquet file needs {error.name}: install ATLAS with the extra history") from error
    symbol = question.symbols[0] if question.symbols else None
    with tempfile.TemporaryDirectory(prefix="atlas-play-") as folder:
        history = store.History(Path(folder))
        with history.writing():
            found = importing.take_in(
                history, file, importing.Asked(symbol, question.timeframe, None, True), SystemClock().now()
            )
        if found.refused or found.name is None:
            raise ConfigError(f"{one_line(file.name)} is refused: {found.refused}")
        return _bars(replace(question, symbols=(found.name.symbol,)), {**asked, "state_dir": Path(folder)})
