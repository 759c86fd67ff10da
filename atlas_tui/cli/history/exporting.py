"""`atlas history export SYMBOL [FILE]`: a series as one file, which `import` takes in again."""

import csv
import gzip
import io
import sys
from decimal import Decimal
from pathlib import Path

import click

from atlas_tui.cli.common import common_options, instant, settings_of
from atlas_tui.cli.history.words import counted, history_of
from atlas_tui.cli.saying import tell
from atlas_tui.cli.timeframe_option import TIMEFRAME
from core.domain.errors import ConfigError
from core.domain.timeframes import M15, Timeframe
from core.research.history.auditing import whole
from core.research.history.part import Part, encoded
from core.research.history.rows import Rows
from core.research.history.series import Kind, SeriesName

_NAMES = {Kind.FUNDING: ("funding_rate",)}


@click.command("export")
@click.argument("symbol")
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--timeframe", type=TIMEFRAME, default=str(M15), show_default=True)
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default=Kind.CANDLES.value, show_default=True)
@click.option("--since", metavar="DATE", default="1970-01-01", help="From when on; without a zone it is UTC.")
@click.option("--until", metavar="DATE", default="9999-01-01", help="Up to when, exclusive.")
@click.option("--format", "style", type=click.Choice(["csv", "parquet"]), help="Else by FILE's ending, or csv.")
@common_options
@click.pass_context
def export_command(
    context: click.Context,
    symbol: str,
    file: Path | None,
    timeframe: Timeframe,
    kind: str,
    since: str,
    until: str,
    style: str | None,
) -> None:
    """Write a stored series to FILE (.csv, .csv.gz or .parquet), or as CSV to stdout. A file that exists is kept."""
    history = history_of(settings_of(context))
    name = history.named(symbol, timeframe, Kind(kind))
    first, last = (int(instant(text, option).timestamp()) for text, option in ((since, "--since"), (until, "--until")))
    chosen = style or ("parquet" if file is not None and file.suffix == ".parquet" else "csv")
    if chosen == "parquet" and file is None:
        raise ConfigError("--format parquet: name a FILE, for Parquet is no text")
    rows = whole(history, name, first, last)
    data = encoded(name, Part(rows)) if chosen == "parquet" else _csv(name, rows).encode()
    if file is None:
        sys.stdout.write(data.decode())
        return
    try:
        with file.open("xb") as out:
            out.write(gzip.compress(data, mtime=0) if file.suffix == ".gz" else data)
    except FileExistsError as error:
        raise ConfigError(f"{file} exists already: choose another name") from error
    tell(f"{name}: {counted(len(rows), 'row')} written to {file}")


def _csv(name: SeriesName, rows: Rows) -> str:
    """Epoch seconds and plain decimals; a volume that is not known is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    with_volume = name.kind is not Kind.FUNDING
    writer.writerow(("ts", *_NAMES.get(name.kind, name.kind.columns), *(["volume"] if with_volume else [])))
    for at, numbers, volume in zip(rows.start.tolist(), rows.values.T.tolist(), rows.volume.tolist(), strict=True):
        plain = [f"{Decimal(value).scaleb(-rows.digits):f}" for value in numbers]
        writer.writerow((at, *plain, *(["" if volume != volume else repr(volume)] if with_volume else [])))
    return out.getvalue()
