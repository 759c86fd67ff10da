"""The strip of a play, in place of the status bar: that nothing here is live, and where the play stands."""

from atlas_tui.lines import GAP, Line, clip, padded, width_of
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.link import PlayState, PlayView
from core.domain.snapshot import Snapshot

_LOUD = "tag-text on setup bold"
_WIDE, _MID = 110, 70
_WORDS = {PlayState.PLAYING: "PLAY", PlayState.PAUSED: "PAUSED", PlayState.SEEKING: "SEEKING", PlayState.ENDED: "ENDED"}
_LEAST_BAR = 6


def play_line(snapshot: Snapshot, play: PlayView, width: int, zone: DisplayZone) -> Line:
    """`PAUSED  not live  01-20 14:31:07 ████░░░ 43% to 15:20 x60  recording demo.tape`."""
    word = _WORDS[play.state]
    head: Line = (Cell(f" {word} ", _LOUD), Cell(" BARS, NOT LIVE " if play.of_bars else " NOT LIVE ", "setup bold"))
    day = width >= _MID and zone.local(play.began_at).date() != zone.local(play.ends_at).date()
    at = f"{zone.minute(snapshot.at)}:{zone.local(snapshot.at):%S}" if day else zone.second(snapshot.at)
    end = zone.minute(play.ends_at) if day else zone.hour_minute(play.ends_at)
    left: Line = (*head, Cell(f"{at} ", "text bold"))
    share = f"{int(play.done * 100)}%"
    right: Line = (GAP, Cell(share), *((Cell(f" to {end}", "readable"),) if width >= _MID else ()),
                   Cell(f" x{snapshot.link.speed:g}", "text bold"))  # fmt: skip
    told = play.over or play.what
    if width >= _WIDE:
        right = (*right, Cell(f"  {told} "[: max(0, width // 3)], "readable"))
    room = width - width_of(left) - width_of(right) - 1
    if room < _LEAST_BAR:
        return padded(clip((*left, *right), width), width)
    done = round(room * play.done)
    return (*left, Cell("█" * done, "setup"), Cell("░" * (room - done), "readable"), *right, GAP)
