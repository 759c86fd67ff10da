"""All rules that are broken."""

from tests.mutations.api_rules import API
from tests.mutations.backtest_rules import BACKTESTS
from tests.mutations.bar_rules import BARS
from tests.mutations.border_rules import BORDERS
from tests.mutations.trading_rules import TRADING

RULES = (*TRADING, *BARS, *BACKTESTS, *BORDERS, *API)
