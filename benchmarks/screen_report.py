"""The figures of the screen benchmark as a table."""


def printed(found: dict[str, object]) -> str:
    return repr(found)
