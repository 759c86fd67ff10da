"""Asking memory for what will be read soon, so that many waits become one: setups lie far from each other."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_rows import FIRST, HIGH, LOW, OPEN, Rows, first_bar
from core.research.backtest.kernel_sift import Flags, next_flagged
from core.research.backtest.kernel_standing import MOST, Base, Frames

AHEAD: Final = 8
"""How many setups ahead their rows are asked for; 4 to 16 are as good."""

_READ, _KEEP, _DATA = 0, 3, 1
"""Operands of LLVM's `llvm.prefetch`: to be read, kept in every cache, and data rather than code."""
_SHORTER: Final = (2, 3)
"""Rows of 4h and 1h; those of a day and a week fit the nearest caches."""


class _Column(Protocol):
    data: ir.Value


class _Context(Protocol):
    def make_array(self, array: types.Array) -> Callable[["_Context", ir.IRBuilder, ir.Value], _Column]: ...

    def get_dummy_value(self) -> ir.Value: ...


Generate = Callable[[_Context, ir.IRBuilder, object, Sequence[ir.Value]], ir.Value]


def _prefetch(_: object, array: types.Array, __: types.Type) -> tuple[object, Generate]:
    def generate(context: _Context, builder: ir.IRBuilder, _: object, given: Sequence[ir.Value]) -> ir.Value:
        place = builder.gep(context.make_array(array)(context, builder, given[0]).data, [given[1]])
        word = ir.IntType(32)
        asked = ir.FunctionType(ir.VoidType(), [place.type, word, word, word])
        function = builder.module.declare_intrinsic("llvm.prefetch", (place.type,), asked)
        builder.call(function, [place, *(ir.Constant(word, each) for each in (_READ, _KEEP, _DATA))])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


prefetch = cast(Callable[[Ints, int], None], intrinsic(_prefetch))
"""In a kernel: fetch the line of an element. One beyond the array does no harm."""


@kernel
def fetch_ends(rows: Rows, begin: int, size: int, flags: Flags, base: Base) -> None:
    """Fetch the base bars behind the flagged rows of a chunk, from where they are if no row is absent.

    Args:
        rows: of their timeframe.
        begin: the first row of the chunk.
        size: how many.
        flags: of the chunk.
        base: the base bars.
    """
    bar = first_bar(rows, begin)
    most = max(1, (first_bar(rows, begin + size) - bar) // size)
    at = next_flagged(flags, 0, size)
    while at < size:
        after = bar + (at + 1) * most
        prefetch(base[0], after)
        prefetch(base[1], after)
        at = next_flagged(flags, at + 1, size)


@kernel
def fetch_standing(frames: Frames, bar: int, near: Ints) -> None:
    """Fetch what `stand` will read of the rows that hold a base bar, from where they are if no row is absent."""
    shorter, spans = frames
    for which in _SHORTER:
        columns = shorter[which]
        place = near[which] + (bar - first_bar(columns, near[which])) // spans[which, MOST]
        for column in (FIRST, OPEN, HIGH, LOW):
            prefetch(columns[column], place)
