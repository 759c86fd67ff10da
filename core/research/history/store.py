"""The history on disk: `KIND/SYMBOL/TIMEFRAME/2026-01.parquet`, each month replaced whole or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.adapters.state_dir import make_private
from core.adapters.whole_files import put_whole, sole_writer
from core.domain.errors import HistoryError, StoreError
from core.domain.timeframes import Timeframe
from core.research.history.part import DamagedPart, Part, Spans, decoded, encoded, joined_spans
from core.research.history.rows import Rows, joined, merged, no_rows
from core.research.history.series import Kind, SeriesName, base_of, the_symbol

PLACE: Final = ("cache", "history")
"""Where the history is, within a state directory."""
QUARANTINE: Final = "quarantine"
_ENDING: Final = ".parquet"


@dataclass(frozen=True, slots=True)
class PartFile:
    """Where a month of a series is kept."""

    name: SeriesName
    month: str
    path: Path


class History:
    """All stored series of one state directory. Readers need no lock: a file is replaced at once.

    Args:
        state_dir: the state directory; nothing is made before something is kept.
    """

    def __init__(self, state_dir: Path) -> None:
        self.root = state_dir.joinpath(*PLACE)

    def names(self) -> tuple[SeriesName, ...]:
        """Every series with at least one file, by symbol, timeframe and kind."""
        return tuple(sorted(name for kind in Kind for name in self._found(kind, "*")))

    def named(self, asked: str, timeframe: Timeframe, kind: Kind = Kind.CANDLES) -> SeriesName:
        """The stored series of a symbol, or of the only symbol of that base asset.

        Raises:
            HistoryError: there is none, or there are several.
        """
        names = [name for name in self.names() if name.kind is kind]
        lengths = sorted({name.timeframe for name in names if asked.upper() in (name.symbol, base_of(name.symbol))})
        if lengths and timeframe not in lengths:
            there = " and ".join(map(str, lengths))
            raise HistoryError(f"{asked.upper()} is stored as {there}, not as {timeframe}")
        return SeriesName(
            the_symbol(asked, [each.symbol for each in names if each.timeframe == timeframe]), timeframe, kind
        )

    def _found(self, kind: Kind, length: str) -> Iterator[SeriesName]:
        """Series of a kind with at least one file; folders that nobody of ATLAS has named are passed over."""
        for folder in (self.root / kind).glob(f"*/{length}"):
            if any(folder.glob(f"*{_ENDING}")):
                with suppress(ValueError):
                    yield SeriesName(folder.parent.name, Timeframe.parse(folder.name), kind)

    def parts(self, name: SeriesName) -> tuple[PartFile, ...]:
        """The files of a series, oldest month first."""
        paths = sorted(self.folder(name).glob(f"*{_ENDING}"))
        return tuple(PartFile(name, path.name.removesuffix(_ENDING), path) for path in paths)

    def part(self, file: PartFile, columns: Sequence[str] | None = None) -> Part:
        """What a file holds; the same columns as for `part.decoded`.

        Raises:
            HistoryError: it cannot be read, or is damaged; then it has been moved to the quarantine.
        """
        try:
            raw = file.path.read_bytes()
        except OSError as error:
            raise HistoryError(f"{file.path} cannot be read: {error.strerror or 'input error'}") from error
        try:
            return decoded(file.name, raw, columns)
        except DamagedPart as error:
            raise DamagedPart(f"{file.month} of {file.name} is damaged ({error}): {self._set_aside(file)}") from error

    def rows(self, name: SeriesName, since_s: int, until_s: int, columns: Sequence[str] | None = None) -> Rows:
        """Rows that start within [since_s, until_s), epoch seconds. Raises HistoryError as `part` does."""
        first, last = _month_of(since_s), _month_of(until_s - 1)
        files = [file for file in self.parts(name) if first <= file.month <= last]
        found = [self.part(file, columns).rows for file in files]
        if not found:
            return no_rows(len(name.kind.columns if columns is None else columns))
        rows = joined(found)
        cut = np.searchsorted(rows.start, [since_s, until_s])
        return rows.taken(slice(int(cut[0]), int(cut[1])))

    def readable(self, name: SeriesName, columns: Sequence[str] | None = None) -> tuple[list[Part], list[str]]:
        """The months of a series that can be read, and a sentence for each that cannot."""
        found, told = [], []
        for file in self.parts(name):
            try:
                found.append(self.part(file, columns))
            except HistoryError as error:
                told.append(str(error))
        return found, told

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the history against other writers.

        Raises:
            HistoryError: another process writes, or the folder cannot be made.
        """
        with ExitStack() as held:
            try:
                for each in (self.root.parent, self.root):
                    make_private(each)
                held.enter_context(sole_writer(self.root))
            except BlockingIOError as error:
                raise HistoryError("another atlas history is writing: wait for it, then try again") from error
            except (OSError, StoreError) as error:
                raise HistoryError(f"the history in {self.root} cannot be written: {error}") from error
            yield

    def keep(self, name: SeriesName, rows: Rows, asked: Spans = (), source: str = "") -> None:
        """Add rows; where a stored one starts at the same time, it stays. The caller holds `writing`.

        Args:
            name: the series.
            rows: checked rows.
            asked: spans that the venue has been asked for, remembered beside them; each within one UTC month.
            source: which venue that is.

        Raises:
            HistoryError: a stored month is damaged, or the disk refuses.
        """
        fresh = dict(rows.months())
        spans: dict[str, list[tuple[int, int]]] = {}
        for span in asked:
            spans.setdefault(_month_of(span[0]), []).append(span)
        for month in sorted(fresh.keys() | spans.keys()):
            file = PartFile(name, month, self.folder(name) / f"{month}{_ENDING}")
            old = self.part(file) if file.path.exists() else Part(no_rows(len(name.kind.columns)))
            added = merged(old.rows, fresh[month]) if month in fresh else old.rows
            self._replace(file, Part(added, joined_spans((*old.asked, *spans.get(month, ()))), source or old.source))

    def remove(self, name: SeriesName) -> int:
        """Take a series off the disk, oldest month first; how many bytes that were. The caller holds `writing`.

        Raises:
            HistoryError: the disk refuses; what is left is whole months, and the same call goes on.
        """
        folder, freed = self.folder(name), 0
        try:
            for path in sorted(folder.glob(f"*{_ENDING}*")):  # with what a kill left half written
                freed += path.stat().st_size
                path.unlink()
            for empty in (folder, folder.parent):
                if not any(empty.iterdir()):
                    empty.rmdir()
        except OSError as error:
            raise HistoryError(f"{folder} cannot be removed: {error.strerror or 'input error'}") from error
        return freed

    def _replace(self, file: PartFile, part: Part) -> None:
        raw = encoded(file.name, part)
        try:
            folder = file.path.parent
            for each in (folder.parent.parent, folder.parent, folder):
                make_private(each)
            put_whole(file.path, raw)
        except (OSError, StoreError) as error:
            raise HistoryError(f"{file.path} cannot be written: {error}") from error

    def _set_aside(self, file: PartFile) -> str:
        """Move a damaged file out of the way; the rest of a sentence: where to, and what to do."""
        name = file.name
        folder = self.root / QUARANTINE
        target = folder / f"{name.kind}-{name.symbol}-{name.timeframe}-{file.month}{_ENDING}"
        number = 0
        while target.exists():
            number += 1
            target = target.with_name(f"{name.kind}-{name.symbol}-{name.timeframe}-{file.month}-{number}{_ENDING}")
        try:
            make_private(folder)
            file.path.replace(target)
        except (OSError, StoreError) as error:
            return f"it could not be moved aside ({error}); remove it, then take the month in again"
        return f"moved to {target}; take it in again with {_again(file)}"

    def folder(self, name: SeriesName) -> Path:
        """Where the months of a series are."""
        return self.root / name.kind / name.symbol / str(name.timeframe)


def _again(file: PartFile) -> str:
    if file.name.kind is not Kind.CANDLES:
        return "atlas history import"
    return f"atlas history fetch {file.name.symbol} --timeframe {file.name.timeframe} --since {file.month}-01"


def _month_of(epoch_s: int) -> str:
    return str(np.datetime64(epoch_s, "s").astype("datetime64[M]"))
