"""Rules of bar mode as a backtest keeps them, broken one at a time (STRAT.md S13).

The kernels' are told by the differential tests: each one broken compiles the loop anew, so none of them is quick.
"""

from tests.mutations.mutation import Edit, Mutation

_DESK, _KERNEL = "tests/research/test_by_desk.py::", "tests/research/test_by_kernel.py::"
_SAME = _KERNEL + "test_random_walks_end_in_the_same_outcome"
_WILD = _KERNEL + "test_wild_rules_over_wild_bars_end_in_the_same_outcome"
_SIFT = "core/research/backtest/kernel_sift.py"
_LOOP, _HELD = "core/research/backtest/kernel_run.py", "core/research/backtest/kernel_positions.py"

BACKTESTS = (
    Mutation(
        "bars come by their close",
        Edit("core/research/backtest/desk.py", "key=lambda lane: lane[:2]", "key=lambda lane: lane[1]"),
        _DESK + "test_bars_come_by_their_close_then_in_the_order_of_symbols",
        quick=True,
    ),
    Mutation(
        "a bar brings the recorded rates of its instants",
        Edit("core/research/backtest/desk.py", "_rates(record, before, end)", "_rates(record, before, bar.start)"),
        _DESK + "test_recorded_rates_come_with_the_bar_that_holds_their_instant",
        quick=True,
    ),
    Mutation(
        "the bias guard compares what left before the cut",
        Edit("core/research/backtest/bias.py", "    if expected == found:\n", "    if expected or found:\n"),
        "tests/research/test_bias.py::test_an_engine_that_looks_ahead_is_seen",
    ),
    Mutation(
        "an ambiguous entry is in the second result alone",
        Edit(_LOOP, "if both != setups.INSIDE_RANGE or world[3][held_.R_SECOND] == 1:", "if both >= 0:"),
        _SAME,
    ),
    Mutation(
        "a symbol whose position closed in a bar enters no more in it",
        Edit(_LOOP, "or held[held_.CLOSED_BAR] == bar", "or held[held_.CLOSED_BAR] == -2"),
        _SAME,
    ),
    Mutation(
        "the bar that holds the deadline enters with the swing tier in the loop too",
        Edit(_LOOP, "deadlines[due] < ends else", "deadlines[due] < begins else"),
        _WILD,
    ),
    Mutation(
        "a stop that a bar opens beyond is filled at the open",
        Edit(_HELD, "2 * (opened if beyond else stop)", "2 * stop"),
        _WILD,
    ),
    Mutation(
        "the loop funds the instants of a hole at the last close before it",
        Edit(_HELD, "fund(world, books, rank, close[before], begins", "fund(world, books, rank, opens[bar], begins"),
        _WILD,
    ),
    Mutation(
        "a leg that meets the least move to the last digit is looked at",
        Edit(_SIFT, "limits[1] / limits[0] * (1 - 2 * NEAR)", "limits[1] / limits[0] * (1 + 2 * NEAR)"),
        "tests/research/test_kernel_sift.py::test_a_leg_that_passes_exactly_is_flagged_at_any_price",
    ),
)
