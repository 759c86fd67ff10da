"""Why a desk ends; a module of its own, for the console needs it before its first frame and no other fact."""

from enum import StrEnum


class StopCause(StrEnum):
    """Why a desk ended as it should."""

    ASKED = "asked"
    HANGUP = "hangup"
