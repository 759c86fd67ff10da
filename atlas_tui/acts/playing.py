"""Acts on a play: pause, step, seek, speed. On a desk that runs there is nothing to play, and they say so."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from atlas_tui.acts.stage import PLAY, Act, Stage
from atlas_tui.zones import DisplayZone

if TYPE_CHECKING:
    from core.session.player import Player

JUMP: Final = timedelta(minutes=15)
_FARTHEST: Final = timedelta(days=36_525)
"""Nothing lasts longer, and no calendar ends within it."""
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LEAP: Final = re.compile(r"([+-])(\d{1,6})([smhd])")
_SHARE: Final = re.compile(r"(\d{1,3})%")
_HOW: Final = "write 14:30, 2026-01-20 14:30, +2h, -15m, 50%, start or end"


def moment(text: str, player_at: datetime, span: tuple[datetime, datetime], zone: DisplayZone) -> datetime | str:
    """The moment that is meant, or a sentence on how to write one.

    Args:
        text: `14:30` on the day that is shown, or on the first later one that is played; a whole time; `+2h`; `50%`.
        player_at: where the play stands.
        span: from where to where it goes.
        zone: the clock that times are shown and written on.
    """
    words = text.strip().lower()
    began, ends = span
    if words in ("start", "end"):
        return began if words == "start" else ends
    if leap := _LEAP.fullmatch(words):
        by = timedelta(**{_UNITS[leap[3]]: int(leap[2])})
        if by > _FARTHEST:
            return ends if leap[1] == "+" else began
        return player_at + by if leap[1] == "+" else player_at - by
    if share := _SHARE.fullmatch(words):
        return began + (ends - began) * min(100, int(share[1])) / 100
    try:
        return _clock_time(words, player_at, span, zone)
    except (ValueError, OverflowError):
        return f"{text.strip()!r} is no time: {_HOW}"


def _clock_time(words: str, player_at: datetime, span: tuple[datetime, datetime], zone: DisplayZone) -> datetime:
    """Raises ValueError for what is no time."""
    local = zone.local(player_at)
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", words):
        at = datetime.fromisoformat(f"{local.date().isoformat()}T{words.zfill(len(words) + (words[1] == ':'))}")
        here = at.replace(tzinfo=local.tzinfo)
        later = here + timedelta(days=1)
        return later if here < span[0] <= later <= span[1] else here
    at = datetime.fromisoformat(words.upper())
    return at.replace(tzinfo=local.tzinfo) if at.tzinfo is None else at


def _none(stage: Stage) -> str:
    return "" if stage.options.player is not None else "this desk runs, nothing is played: atlas play FILE plays"


def _on(act: Callable[["Player"], str]) -> Callable[[Stage, str], None]:
    """Do it to the player, and say what came of it where that is not seen."""

    def run(stage: Stage, _: str) -> None:
        assert stage.options.player is not None, "the act says why not where there is none"
        if told := act(stage.options.player):
            stage.say(told)

    return run


def _pause(player: "Player") -> str:
    player.pause()
    return ""


def _step(player: "Player") -> str:
    return player.step() or "this is the end"


def _bar(player: "Player") -> str:
    player.step_bar()
    return ""


def _jump(by: timedelta) -> Callable[["Player"], str]:
    def act(player: "Player") -> str:
        player.jump(by)
        return ""

    return act


def _slower(player: "Player") -> str:
    return f"speed x{player.slower():g}"


def _faster(player: "Player") -> str:
    return f"speed x{player.faster():g}"


def _seek(stage: Stage, argument: str) -> None:
    player = stage.options.player
    assert player is not None, "the act says why not where there is none"
    at = moment(argument, player.at, player.span, stage.options.zone) if argument else f"seek what? {_HOW}"
    if isinstance(at, str):
        stage.say(at)
    else:
        player.seek(at)
        began, ends = player.span
        stage.say(f"seeking {stage.options.zone.full(min(max(at, began), ends))}")


def _speed(stage: Stage, argument: str) -> None:
    assert stage.options.player is not None, "the act says why not where there is none"
    if not re.fullmatch(r"x?\d{1,6}(\.\d{1,3})?", argument):
        stage.say("write the desk's seconds per real second: speed 60")
    else:
        stage.say(f"speed x{stage.options.player.run_at(float(argument.lstrip('x'))):g}")


ACTS = (
    Act("hold", ("c",), "play: pause, or go on", PLAY, _on(_pause), "Pause", why_not=_none),
    Act("step", ("d",), "play: one input on", PLAY, _on(_step), "Step", why_not=_none),
    Act("step_bar", ("D",), "play: a 15m bar on", PLAY, _on(_bar), "Bar", why_not=_none),
    Act("jump_back", ("left_curly_bracket",), "play: 15 minutes back", PLAY, _on(_jump(-JUMP)), "Back", why_not=_none),
    Act("jump_on", ("right_curly_bracket",), "play: 15 minutes on", PLAY, _on(_jump(JUMP)), "On", why_not=_none),
    Act("slower", ("left_parenthesis",), "play: slower", PLAY, _on(_slower), "Slower", why_not=_none),
    Act("faster", ("right_parenthesis",), "play: faster", PLAY, _on(_faster), "Faster", why_not=_none),
    Act("seek", (), "play: from another time", PLAY, _seek, takes="14:30 | +2h | -15m | 50% | start | end",
        choices=lambda _: ("start", "end", "+1h", "-1h", "50%"), why_not=_none),
    Act("speed", (), "play: at another speed", PLAY, _speed, takes="60", choices=lambda _: ("1", "60", "900", "3600"),
        why_not=_none),
)  # fmt: skip
