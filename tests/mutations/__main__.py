"""`python -m tests.mutations`: break every rule of the tables, and say which tests did not notice."""

import sys
import tempfile
from pathlib import Path

from tests.mutations.bench import Bench
from tests.mutations.rules import RULES


def main() -> int:
    """Try all of them; 0 when every one is noticed and the unbroken copy passes."""
    root, unnoticed = Path(__file__).parents[2], []
    with tempfile.TemporaryDirectory(prefix="atlas-mutations-") as folder:
        bench = Bench(root, Path(folder))
        if not bench.passes(sorted({mutation.test for mutation in RULES})):
            sys.stdout.write(f"the tests fail without any rule broken:\n{bench.said}\n")
            return 1
        for mutation in RULES:
            with bench.broken(mutation.edit):
                noticed = not bench.passes([mutation.test])
            sys.stdout.write(f"{'noticed ' if noticed else 'MISSED  '} {mutation.breaks}  ({mutation.edit.file})\n")
            sys.stdout.flush()
            unnoticed += [] if noticed else [mutation]
    sys.stdout.write(f"{len(RULES) - len(unnoticed)} of {len(RULES)} noticed\n")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
