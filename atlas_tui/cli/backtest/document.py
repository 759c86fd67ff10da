"""A backtest as plain values: what `--format json` prints, and the tables are made of.

Money and prices are exact decimal text, times ISO 8601 in UTC with Z. Every mean stands with n and its standard error.
"""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Final

from atlas_tui.cli.backtest.inputs import Inputs
from core.domain.rows import exact, position_row
from core.domain.signals import iso_z
from core.research.backtest.bias import Guarded
from core.research.backtest.outcome import ArmedSetup, Outcome, RefusedEntry
from core.research.backtest.summary import Row, summary, trade_rows

RULES: Final = (
    "symbols", "account.", "filters.", "fees.", "tiers.", "maintenance.", "funding.", "margin.", "prices.", "review.",
    "guards.", "venue.listings",
)  # fmt: skip
"""Settings a result depends on."""


def document(inputs: Inputs, outcome: Outcome, guarded: Guarded | None = None) -> Row:
    """Both results with everything they rest on; of the second, the trades and what they add up to.

    Args:
        inputs: what was run on.
        outcome: what came of it.
        guarded: what the bias guard saw; None where it did not run.
    """
    first, second = outcome.first, outcome.second
    return {
        "settings": settings_row(inputs),
        "summary": summary(first),
        "ambiguous": outcome.ambiguous.total,
        "ambiguous_open_beyond": outcome.ambiguous.open_beyond,
        "trades": trade_rows(first),
        "open": [position_row(position) for position in first.open],
        "refusals": [_refusal_row(each) for each in first.refusals],
        "setups": [_setup_row(each) for each in first.setups],
        "second": {
            "summary": summary(second),
            "trades": trade_rows(second),
            "open": [position_row(position) for position in second.open],
        },
        "bias_guard": None if guarded is None else {"cuts": guarded.cuts, "changed": guarded.changed},
    }


def settings_row(inputs: Inputs) -> Row:
    """The rules by dotted key, the listings, and the bars."""
    values = inputs.settings.values
    return {
        **{key: plain_value(value) for key, value in values.items() if key.startswith(RULES)},
        "instruments": {
            symbol: {
                "price_increment": exact(each.price_increment),
                "base_increment": exact(each.size_increment),
                "market": each.kind.value,
            }
            for symbol, each in inputs.rules.instruments.items()
        },
        "funding_recorded": {
            symbol: {"interval_hours": each.interval_hours, "rates": len(each.rates)}
            for symbol, each in inputs.rules.funding.items()
        },
        "bars": [
            {
                "symbol": each.symbol,
                "timeframe": str(each.timeframe),
                "count": len(each),
                "since": instant_text(int(each.start[0])) if len(each) else None,
                "until": instant_text(int(each.start[-1]) + each.timeframe.seconds) if len(each) else None,
            }
            for each in inputs.bars.series
        ],
    }


def _refusal_row(refused: RefusedEntry) -> Row:
    symbol, timeframe, *_ = refused.setup_id.split("|")
    return {
        "setup_id": refused.setup_id,
        "symbol": symbol,
        "timeframe": timeframe,
        "direction": refused.side.value,
        "code": refused.code.value,
        "price": exact(refused.price),
        "at": iso_z(refused.at),
    }


def _setup_row(setup: ArmedSetup) -> Row:
    return {
        "id": setup.id,
        "symbol": setup.symbol,
        "timeframe": str(setup.timeframe),
        "name": setup.name,
        "bar_start": iso_z(setup.bar_start),
        "status": setup.status.value,
        "resolved_at": iso_z(setup.at) if setup.at is not None else None,
    }


def plain_value(value: object) -> object:
    """A setting as JSON takes it: exact numbers as text."""
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, list | tuple):
        return [plain_value(each) for each in value]
    return value


def instant_text(epoch_s: int) -> str:
    """Epoch seconds as an ISO 8601 time in UTC, with Z."""
    return iso_z(datetime.fromtimestamp(epoch_s, UTC))
