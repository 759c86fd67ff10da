"""How a peer answers: one request a line on stdin, one answer a line on stdout, both JSON. Standard library only.

The time of an answer is the peer's own, from just before its work to just behind it: no pipe and no start is in it.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

Work = Callable[..., object]
Preparation = Callable[..., Work]
"""Takes a request's arguments once (reads the data, say) and gives the work that is timed again and again."""


def serve(versions: Mapping[str, str], preparations: Mapping[str, Preparation]) -> None:
    """Answer until stdin ends. What packages print goes to stderr."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(value: object) -> None:
        out.write(json.dumps(value, default=lambda _: None) + "\n")
        out.flush()

    tell({"versions": dict(versions)})
    ready: dict[str, Work] = {}
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        name, arguments = asked["work"], asked["arguments"]
        key = json.dumps([name, arguments], sort_keys=True)
        try:
            if key not in ready:
                ready[key] = preparations[name](**arguments)
            work, repeats = ready[key], asked["repeats"]
            if asked["warmed"]:
                work()
            began, found = perf_counter(), None
            for _ in range(repeats):
                found = work()
            tell({"seconds": (perf_counter() - began) / repeats, "found": found})
        except Exception as error:  # noqa: BLE001 - whatever a peer does, the table says it and goes on
            tell({"error": f"{type(error).__name__}: {error}"})
