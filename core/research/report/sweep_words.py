"""What is said of a sweep: what was tried, the best of it with what that is worth, and what came of it on unseen bars.

No sentence here says more than the number of trades, the standard error and the number of tries allow.
"""

from collections.abc import Iterator
from typing import Final

from core.domain.figures import counted
from core.research.backtest.summary import Row
from core.research.report.words import among, costs, told_bars, verdict

RESULTS: Final = ("first", "second")
MAPS: Final = (
    "The median of all runs that share two values, over whole periods and so in sample; a peak is luck until it holds."
)
"""What a heat map is."""
SURE: Final = 0.95
"""A deflated Sharpe ratio below it is not told apart from luck."""


def report_lines(told: Row) -> Iterator[str]:
    """Everything but the maps, as `--format json` tells it."""
    yield from head(told)
    yield ""
    yield chosen(told)
    for best in told["best"]:
        yield ""
        yield from _best(best, told)
    if told["walk_forward"]:
        yield ""
        yield walks_among(told)
    for walked in told["walk_forward"]:
        yield ""
        yield from _walk(walked)


def head(told: Row) -> Iterator[str]:
    """Bars, costs, and how much was tried."""
    yield from told_bars(told["settings"])
    if not any(key.startswith(("fees.", "funding.")) for key in told["axes"]):
        yield costs(told["settings"])
    yield _tried(told)
    if told["undecided"]:
        yield f"{counted(told['undecided'], 'run')} stood exactly on a limit, or outgrew the loop: left out everywhere."


def chosen(told: Row) -> str:
    """How settings were compared."""
    return f"Best by {told['choose_by']}, the lower of both results; at least {told['min_trades']} trades in each."


def _tried(told: Row) -> str:
    accounts, periods = counted(len(told["accounts"]), "account"), counted(len(told["periods"]), "period")
    drawn = told["settings_of_the_grid"]
    part = f" (drawn from {drawn:,})" if drawn != told["settings_tried"] else ""
    settings = f"{told['settings_tried']:,} settings" if told["settings_tried"] != 1 else "1 setting"
    return f"Tried: {settings}{part} x {accounts} x {periods} = {told['runs_tried']:,} runs, both results each."


def _best(best: Row, told: Row) -> Iterator[str]:
    yield place(best)
    if best["setting"] is None:
        yield "  No setting has trades enough."
        return
    for key, value in best["values"].items():
        yield f"  {key} = {value}"
    for result in RESULTS:
        yield f"  {result.capitalize()} result: {_mean(best[result])}"
    yield f"  {worth(best, told)}"


def _mean(figures: Row) -> str:
    """The mean with n and standard error, and no verdict: of a best of many these alone would flatter."""
    error = figures["standard_error_r"]
    behind = "" if error is None else f", standard error {error:.2f}"
    return f"mean {figures['average_r']:+z.2f} R over {figures['trades']} trades{behind}, net {figures['net']} USD"


def place(row: Row) -> str:
    """Account and period."""
    return f"{row['account']}, {row['period']}"


def worth(best: Row, told: Row) -> str:
    """What the best of so many is worth."""
    tried, lucky, chance = told["runs_tried"], told["luckiest_sharpe"], best["deflated_sharpe"]
    if chance is None:
        return "It has no Sharpe ratio to deflate."
    ratios = " and ".join(f"{best[result]['sharpe']:+z.3f}" for result in RESULTS)
    lucks = " and ".join(f"{lucky[result]:.3f}" for result in RESULTS)
    against = f"the luckiest of {tried:,} tries of nothing would show {lucks}" if tried > 1 else "nothing shows 0"
    said = "not told apart from luck" if chance < SURE else "more than luck explains on these bars, and no promise"
    return f"Sharpe a trade {ratios}; {against}. Deflated Sharpe {chance:.3f}: {said}."


def _walk(walked: Row) -> Iterator[str]:
    yield f"Walk forward, {place(walked)}: {counted(len(walked['windows']), 'window')}"
    for result in RESULTS:
        mean, count = in_sample(walked, result)
        yield f"  In sample, {result} result: {mean} over {count} trades; chosen for it, no proof."
        yield f"  Out of sample, {result} result: {verdict(walked['out_of_sample'][result])}"
    yield from (f"  {line}" for line in notes(walked))


def walks_among(told: Row) -> str:
    """What a look at so many walks may say."""
    return among(walked["out_of_sample"][result] for walked in told["walk_forward"] for result in RESULTS)


def in_sample(walked: Row, result: str) -> tuple[str, int]:
    """How the chosen settings looked on the bars they were chosen on, and over how many trades."""
    sample = walked["in_sample"][result]
    mean = "no trades" if sample["average_r"] is None else f"mean {sample['average_r']:+z.2f} R"
    return mean, sample["trades"]


def notes(walked: Row) -> Iterator[str]:
    """What of a walk is in no figure."""
    if walked["sat_out"]:
        yield f"In {counted(walked['sat_out'], 'window')} no setting had trades enough: nothing was traded there."
    if walked["undecided"]:
        yield f"{counted(walked['undecided'], 'test')} could not be decided in whole numbers: left out."
    left = sum(walked["out_of_sample"][result]["open"] for result in RESULTS)
    if left:
        yield f"Open at the end of a test, in no figure: {counted(left, 'position')} of both results."
