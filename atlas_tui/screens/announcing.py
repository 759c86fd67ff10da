"""Telling a person what has just happened: toasts where there is room, the status bar, the bell, a notification."""

import os
from time import monotonic

from atlas_tui.acts.stage import Stage
from atlas_tui.attention import call_for, last_key_s
from atlas_tui.notices import is_new_setup, notices
from core.domain.snapshot import Snapshot
from core.domain.text import one_line

_TOASTS_FROM = 110


def announce(stage: Stage, before: Snapshot, after: Snapshot) -> None:
    """Entries, exits, tier and trouble: a toast where there is room, otherwise the status bar; then the call."""
    found = notices(before, after)
    for notice in found:
        if stage.size.width >= _TOASTS_FROM:
            text, title = one_line(notice.text), one_line(notice.title)
            stage.app.notify(text, title=title, severity=notice.severity, markup=False)
        else:
            stage.say(f"{notice.title} {notice.text}")
    now_s = monotonic()
    typed_s = last_key_s(stage.typed_s, after, now_s)
    call = call_for(found, stage.options, typed_s, now_s, os.environ, is_new_setup(before, after))
    if call.bell:
        stage.app.bell()
    if call.escape and stage.app._driver is not None:
        stage.app._driver.write(call.escape)
