"""Results on disk: a Parquet file a job, there whole or not at all, sealed, and of one sweep alone.

`runs/` holds a row a setting and span with both results, `trades/` the trades of what was chosen, on the bars it was
tried on. Ratios are doubles, money is decimal, times are UTC; settings stand as they are written in TOML.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from core.adapters.state_dir import make_private
from core.adapters.whole_files import put_whole, sole_writer
from core.domain.errors import StoreError, SweepError
from core.research.seal import BLANK, CHECKSUM, is_whole, sealed
from core.research.sweep.honesty import Moments
from core.research.sweep.plan import Job, Role
from core.research.sweep.run import Figures, Run, Trade, Tried

_MANIFEST: Final = "sweep.json"
_SWEEP: Final = b"atlas.sweep"
_JOB: Final = b"atlas.job"
_LEFT: Final = b"atlas.open"
_MICRO: Final = Decimal("0.000001")
_TIME: Final = pa.timestamp("us", "UTC")
_USD: Final = pa.decimal128(18, 6)
_RESULTS: Final = ("first", "second")
_FIGURES: Final = (
    ("trades", pa.int64()), ("wins", pa.int64()), ("net", _USD), ("average_r", pa.float64()),
    ("deviation_r", pa.float64()), ("skew_r", pa.float64()), ("kurtosis_r", pa.float64()),
    ("max_drawdown_pct", pa.float64()), ("open", pa.int64()),
)  # fmt: skip
_TRADES: Final = pa.schema([
    ("account", pa.string()), ("period", pa.string()), ("window", pa.int64()), ("setting", pa.int64()),
    ("result", pa.string()), ("id", pa.string()), ("symbol", pa.string()), ("direction", pa.string()),
    ("opened_at", _TIME), ("closed_at", _TIME), ("reason", pa.string()), ("net", _USD), ("r", pa.float64()),
])  # fmt: skip

Texts = Mapping[str, str]


class Names:
    """What numbers of jobs stand for in a file.

    Args:
        accounts: by number.
        periods: by number.
        settings: by number, each key on an axis with its value as text.
    """

    def __init__(self, accounts: Sequence[str], periods: Sequence[str], settings: Sequence[Texts]) -> None:
        self.accounts, self.periods, self.settings = accounts, periods, settings
        axes = tuple(settings[0]) if settings else ()
        figures = [(f"{result}_{name}", kind) for result in _RESULTS for name, kind in _FIGURES]
        self.schema = pa.schema([
            ("role", pa.string()), ("account", pa.string()), ("period", pa.string()), ("window", pa.int64()),
            ("since", _TIME), ("until", _TIME), ("setting", pa.int64()), *((axis, pa.string()) for axis in axes),
            ("decided", pa.bool_()), *figures,
        ])  # fmt: skip

    def run_row(self, run: Run) -> dict[str, Any]:
        """A run as a row: of an undecided one the figures are None."""
        job, row = run.job, dict(self.settings[run.setting])
        told: dict[str, Any] = {
            "role": job.role.value, "account": self.accounts[job.account], "period": self.periods[job.period],
            "window": job.window, "since": datetime.fromtimestamp(job.span.since_s, UTC),
            "until": datetime.fromtimestamp(job.span.until_s, UTC), "setting": run.setting, **row,
            "decided": run.results is not None,
        }  # fmt: skip
        for result, figures in zip(_RESULTS, run.results or (), strict=False):
            told |= {f"{result}_{name}": value for name, value in _columns(figures).items()}
        return told

    def trade_rows(self, tried: Tried) -> Iterator[dict[str, Any]]:
        """The trades of both results as rows."""
        job = tried.job
        for result, trades in zip(_RESULTS, tried.trades or (), strict=False):
            for trade in trades:
                yield {
                    "account": self.accounts[job.account], "period": self.periods[job.period], "window": job.window,
                    "setting": job.settings[0], "result": result,
                    **{each.name: getattr(trade, each.name) for each in fields(Trade)},
                }  # fmt: skip


def _columns(figures: Figures) -> dict[str, Any]:
    moments = figures.moments
    values = (
        moments.count, figures.wins, figures.net_micros * _MICRO, moments.mean, moments.deviation, moments.skew,
        moments.kurtosis, figures.drawdown_pct, figures.open,
    )  # fmt: skip
    return {name: value for (name, _), value in zip(_FIGURES, values, strict=True)}


def _figures(row: Mapping[str, Any], result: str) -> Figures:
    count, wins, net, mean, deviation, skew, kurtosis, fall, left = (row[f"{result}_{name}"] for name, _ in _FIGURES)
    return Figures(wins, int(net / _MICRO), Moments(count, mean, deviation, skew, kurtosis), fall, left)


class Parts:
    """The folder of one sweep.

    Args:
        folder: where; made when the sweep begins.
        identity: digests of all that results depend on.
        names: for the files.
    """

    def __init__(self, folder: Path, identity: Texts, names: Names) -> None:
        self.folder, self._identity, self._names = folder, dict(identity), names
        self._digest = hashlib.sha256(repr(sorted(identity.items())).encode()).hexdigest()

    @contextmanager
    def writing(self, afresh: bool) -> Iterator[None]:
        """Hold the folder for this sweep, and see that what it holds is of this very sweep.

        Args:
            afresh: throw away results of another one.

        Raises:
            SweepError: another process writes, it holds results of another sweep, or it cannot be written.
        """
        with ExitStack() as held:
            try:
                for each in (self.folder, *(self.folder / name for name in ("runs", "trades"))):
                    make_private(each)
                held.enter_context(sole_writer(self.folder))
                self._claim(afresh)
            except BlockingIOError as error:
                raise SweepError(f"another sweep is at work in {self.folder}: wait for it, or take --out") from error
            except (OSError, StoreError) as error:
                raise SweepError(f"{self.folder} cannot be written: {error}") from error
            yield

    def _claim(self, afresh: bool) -> None:
        there = self._manifest()
        kept = [path for name in ("runs", "trades") for path in (self.folder / name).glob("*.parquet")]
        if there != self._identity and kept:
            if not afresh:
                what = [name for name, digest in self._identity.items() if there.get(name) != digest]
                raise SweepError(
                    f"{self.folder} holds results of another sweep; changed since: {', '.join(what)}: "
                    "throw them away with --afresh, or choose another folder with --out"
                )
            for path in kept:
                path.unlink()
        put_whole(self.folder / _MANIFEST, msgspec.json.format(msgspec.json.encode(self._identity)) + b"\n")

    def _manifest(self) -> dict[str, str]:
        try:
            return msgspec.json.decode((self.folder / _MANIFEST).read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return {}

    def runs(self, job: Job) -> tuple[Run, ...] | None:
        """The runs of a job that is done; None where its file is not there, not whole, or not of this sweep."""
        found = self._read(job)
        if found is None:
            return None
        rows = found.to_pylist()
        if [row["setting"] for row in rows] != list(job.settings):
            return None
        return tuple(
            Run(job, row["setting"], (_figures(row, "first"), _figures(row, "second")) if row["decided"] else None)
            for row in rows
        )

    def tried(self, job: Job) -> Tried | None:
        """What a test gave; None as for `runs`."""
        found = self._read(job)
        if found is None:
            return None
        left = found.schema.metadata[_LEFT].decode()
        kept: dict[str, list[Trade]] = {result: [] for result in _RESULTS}
        for row in found.to_pylist():
            kept[row["result"]].append(Trade(**{each.name: row[each.name] for each in fields(Trade)}))
        first, second = (int(each) for each in left.split(",")) if left else (0, 0)
        return Tried(job, (tuple(kept["first"]), tuple(kept["second"])) if left else None, (first, second))

    def put_runs(self, job: Job, runs: Sequence[Run]) -> None:
        """Keep what a job gave. Raises SweepError where the disk refuses."""
        self._write(job, pa.Table.from_pylist([self._names.run_row(run) for run in runs], self._names.schema), {})

    def put_tried(self, job: Job, tried: Tried) -> None:
        """Keep what a test gave. Raises SweepError where the disk refuses."""
        left = "" if tried.trades is None else ",".join(map(str, tried.open))
        table = pa.Table.from_pylist(list(self._names.trade_rows(tried)), _TRADES)
        self._write(job, table, {_LEFT: left})

    def _path(self, job: Job) -> Path:
        return self.folder / ("trades" if job.role is Role.TEST else "runs") / f"{job.number:06d}.parquet"

    def _read(self, job: Job) -> pa.Table | None:
        try:
            raw = self._path(job).read_bytes()
            table = pq.read_table(pa.BufferReader(raw), use_threads=False)
        except (OSError, pa.ArrowException):
            return None
        told = table.schema.metadata or {}
        ours = (told.get(_SWEEP), told.get(_JOB)) == (self._digest.encode(), _name(job))
        return table if ours and is_whole(raw, told.get(CHECKSUM, b"")) else None

    def _write(self, job: Job, table: pa.Table, more: Mapping[bytes, str]) -> None:
        told = {**more, _SWEEP: self._digest, _JOB: _name(job), CHECKSUM: BLANK}
        sink = pa.BufferOutputStream()
        with pq.ParquetWriter(sink, table.schema, store_schema=False, compression="none") as writer:
            writer.write_table(table)
            writer.add_key_value_metadata(told)
        try:
            put_whole(self._path(job), sealed(sink.getvalue().to_pybytes()))
        except OSError as error:
            raise SweepError(f"{self._path(job)} cannot be written: {error.strerror or 'input error'}") from error


def _name(job: Job) -> bytes:
    return f"{job.role}-{job.number}".encode()
