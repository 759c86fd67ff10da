"""A timeframe on the command line; apart from the verbs, for most of them need no venue."""

import click

from core.domain.timeframes import Timeframe


class TimeframeType(click.ParamType[Timeframe]):
    """A timeframe on the command line."""

    name = "TF"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Timeframe:
        """Parse `15m`, `1h`; a usage error names the spelling."""
        if isinstance(value, Timeframe):
            return value
        try:
            return Timeframe.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


TIMEFRAME = TimeframeType()
