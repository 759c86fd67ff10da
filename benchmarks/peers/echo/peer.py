"""Answers with what it was given, or fails."""

from benchmarks.peers.serving import Work, serve


def same(text: str) -> Work:
    """The text."""
    return lambda: text


def fail() -> Work:
    """It cannot."""
    raise ValueError("no")


if __name__ == "__main__":
    serve({"echo": "1"}, {"same": same, "fail": fail})
