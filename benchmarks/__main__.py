"""`python -m benchmarks [ROW...] [--quick] [--no-results]`: the table of PERFORMANCE.md, row by row.

Exit 0 where every target was measured and met, else 1.
"""

import argparse
import sys
import traceback
from time import monotonic

from benchmarks.rows import ROWS, row
from benchmarks.table.line import Line, Verdict, exit_code
from benchmarks.table.machine import load, machine
from benchmarks.table.printing import headline, table
from benchmarks.table.results import kept
from benchmarks.table.run import Run


def measured(run: Run, name: str) -> list[Line]:
    """The lines of a row; one that says so where it broke, for the others are to be measured all the same."""
    try:
        return row(name)(run)
    except Exception as error:  # noqa: BLE001 - a row that breaks is a row of the table
        traceback.print_exc()
        return [Line(name, ROWS[name][1], "", None, note=f"it broke: {type(error).__name__}: {str(error)[:160]}")]


def main() -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="how fast ATLAS is, beside its peers")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all of them by default")
    parser.add_argument("--quick", action="store_true", help="few rounds: to see that everything works")
    parser.add_argument("--no-results", action="store_true", help="write no files")
    asked = parser.parse_args()
    names = [name.upper() for name in asked.rows] or list(ROWS)
    if unknown := [name for name in names if name not in ROWS]:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    where, before, began = machine(), load(), monotonic()
    lines: list[Line] = []
    with Run(asked.quick) as run:
        for name in names:
            print(f"{name}: {ROWS[name][1]}", file=sys.stderr, flush=True)
            lines += measured(run, name)
    loads = (before, load())
    print(headline(where, loads), *table(lines), sep="\n")
    judged = [line for line in lines if line.verdict is not Verdict.TOLD]
    met = sum(line.verdict is Verdict.MET for line in judged)
    mode = "quick: figures of a trial" if asked.quick else "medians of interleaved rounds"
    print(f"{met} of {len(judged)} targets met; {mode}; {monotonic() - began:.0f} s")
    if not asked.no_results:
        told = {"title": f"ATLAS on {where['processor']}, {where['cores']} cores", "machine": where, "load": loads,
                "quick": asked.quick, "rows": names, "seconds": round(monotonic() - began)}  # fmt: skip
        print(*(f"kept: {path.name}" for path in kept(lines, told)), sep="\n")
    return exit_code(lines)


if __name__ == "__main__":
    sys.exit(main())
