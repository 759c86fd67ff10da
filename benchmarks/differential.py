"""`python -m benchmarks.differential [SEEDS] [ROWS] [FIRST]`: the fast path against the desk over thousands of seeds.

Half of them are wild rules over wild bars, half random walks that trade often. Prints every seed that differs, what was
reached, and ends with 1 if any did.
"""

import argparse
import sys
from collections import Counter
from time import monotonic

from core.research.backtest.bars import Bars
from core.research.backtest.desk import by_desk
from core.research.backtest.fast import by_kernel
from core.research.backtest.kernel_terms import TooWideError
from core.research.backtest.outcome import Outcome
from core.research.backtest.settings import BacktestSettings
from tests.research.random_bars import loose, walks
from tests.research.random_rules import SYMBOLS, wild_case

SEEDS = 10_000
ROWS = 70
TOLD_EVERY = 500


def case(seed: int, rows: int) -> tuple[Bars, BacktestSettings]:
    """Bars and settings of one seed."""
    if seed % 2:
        return wild_case(seed, rows)
    symbols = SYMBOLS[: 1 + seed // 2 % 3]
    return walks(symbols, seed, rows), loose(symbols)


def reached(outcome: Outcome) -> Counter[str]:
    """What the two results of one seed hold, by word."""
    found: Counter[str] = Counter(ambiguous=outcome.ambiguous.total)
    for result in (outcome.first, outcome.second):
        found.update(trade.reason.value for trade in result.trades)
        found.update(refusal.code.value for refusal in result.refusals)
        found.update(setup.status.value for setup in result.setups)
        found["trades"] += len(result.trades)
        found["open"] += len(result.open)
    return found


def traded(outcome: Outcome) -> list[object]:
    """What an outcome holds without its lists, which the fast path may leave out."""
    return [(each.trades, each.balances, each.open, each.equity) for each in (outcome.first, outcome.second)]


def main(seeds: int, rows: int, first: int) -> int:
    """Run them, tell on stdout, and give the exit status."""
    began, found, differing = monotonic(), Counter[str](), []
    for number, seed in enumerate(range(first, first + seeds), start=1):
        bars, rules = case(seed, rows)
        wanted = by_desk(bars, rules)
        found += reached(wanted)
        try:
            if by_kernel(bars, rules) != wanted or traded(by_kernel(bars, rules, listed=False)) != traded(wanted):
                differing.append(seed)
                print(f"seed {seed} differs", flush=True)
        except TooWideError:
            found["left to the desk"] += 1
        if number % TOLD_EVERY == 0 or number == seeds:
            print(f"{number} seeds, {len(differing)} differ, {monotonic() - began:.0f} s", flush=True)
    print(", ".join(f"{count} {word}" for word, count in found.most_common()))
    return 1 if differing else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The fast path against the desk over thousands of seeds.")
    parser.add_argument("seeds", type=int, nargs="?", default=SEEDS)
    parser.add_argument("rows", type=int, nargs="?", default=ROWS, help="15m bars a symbol")
    parser.add_argument("first", type=int, nargs="?", default=0, help="the first seed")
    given = parser.parse_args()
    sys.exit(main(given.seeds, given.rows, given.first))
