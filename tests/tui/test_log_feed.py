"""What the feed could not use, above the log."""

from dataclasses import replace

from atlas_tui.views import log
from atlas_tui.zones import UTC_ZONE
from tests.tui.snapshots_data import rich
from tests.tui.test_views import texts


def test_what_the_feed_could_not_use_stands_above_the_log_once_there_is_such_a_thing() -> None:
    calm = replace(rich(), link=replace(rich().link, counters={"messages": 9, "ticks": 8, "bad frames": 0}))
    assert len(log.rows(calm, UTC_ZONE)) == len(rich().log)
    link = replace(rich().link, counters={"messages": 9, "bad frames": 2, "reconnects": 1}, bad_frames=("one", "two"))
    rows = log.rows(replace(rich(), link=link), UTC_ZONE)
    assert [texts(row)["text"] for row in rows[:3]] == ["bad frames 2 · reconnects 1", "not used: two", "not used: one"]
    assert len({row.key for row in rows}) == len(rich().log) + 3
    for width in (50, 80, 200):
        many = replace(link, counters={f"trouble number {at}": at for at in range(1, 15)}, bad_frames=())
        told = log.rows(replace(rich(), link=many), UTC_ZONE, width)
        shown = [texts(row)["text"] for row in told[: len(told) - len(rich().log)]]
        assert " · ".join(shown).split(" · ") == [f"trouble number {at} {at}" for at in range(1, 15)]
        assert all(len(text) < width - 10 for text in shown)
