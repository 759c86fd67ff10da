"""What a hostile venue and a dead link do to the real feed and the real REST client, counted.

`python -m benchmarks.hostile [--minutes N] [--no-link]`; the link part takes N + 1 minutes and needs their real time.
Exit code 1 when anything crashed, an absurd price was taken, a text came through uncleaned, or a disconnect was not
recovered from.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Mapping

from benchmarks.hostile_frames import forced_ends, hostile_frames, run_acts, sending
from benchmarks.hostile_link import link_trial
from benchmarks.hostile_rest import rest_trial, text_trial


def shown(title: str, found: Mapping[str, float]) -> None:
    """One trial's figures, a line each."""
    print(title)
    for name, value in found.items():
        print(f"  {name:<28} {round(value, 1):,}")


def main() -> int:
    options = argparse.ArgumentParser(description="What a hostile venue and a dead link do to the real client.")
    options.add_argument("--minutes", type=int, default=3, help="how long the venue refuses every connection")
    options.add_argument("--no-link", action="store_true", help="leave out what takes minutes")
    asked = options.parse_args()
    logging.getLogger("websockets").addHandler(logging.NullHandler())  # the probe's own server, not the feed
    frames = asyncio.run(run_acts([sending(frame) for frame in hostile_frames()]))
    shown("hostile frames, a good price after each", frames)
    ends = asyncio.run(run_acts(list(forced_ends().values())))
    shown("forced ends of the connection", ends)
    rest = rest_trial()
    shown("answers of REST, four calls each", rest)
    texts = asyncio.run(text_trial())
    shown("texts of the venue", texts)
    if not asked.no_link:
        shown("a desk whose link dies", asyncio.run(link_trial(asked.minutes)))
    wrong = (
        sum(part["crashes"] for part in (frames, ends, rest, texts))
        + sum(part["absurd prices"] + part["disconnects"] - part["recovered"] for part in (frames, ends))
        + rest["absurd"] + rest["answers"] - rest["recovered"] + texts["unclean"] + texts["prices of them"]
    )  # fmt: skip
    print(f"wrong: {wrong}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
