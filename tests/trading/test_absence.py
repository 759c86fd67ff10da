"""What happened since the last key, told on the first picture."""

from core.domain.commands import Attend
from core.domain.events import Noted
from core.domain.facts import Fact
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_desk, a_policy, a_scan, a_setup, a_tick, after


def test_the_count_begins_anew_with_every_key_and_the_last_absence_is_kept() -> None:
    desk = a_desk()
    desk.handle(Attend(after(1)))
    desk.handle(a_scan(a_setup(), at=after(2)))
    desk.handle(a_tick("102.1", after(3)))
    away = desk.snapshot().absence
    assert (away.since, away.triggered, away.entries, away.exits) == (after(1), 1, 1, 0)
    desk.handle(Attend(after(9), back=True))
    picture = desk.snapshot()
    assert picture.absence.is_quiet
    assert picture.last_absence is not None
    assert (picture.last_absence.until, picture.last_absence.entries) == (after(9), 1)


def test_a_start_without_a_clean_end_before_it_is_a_crash() -> None:
    desk = Desk(a_policy())
    facts: list[Fact] = [f for f in desk.start(TUESDAY) if not isinstance(f, Noted)]
    facts += [f for f in desk.handle(Attend(after(1))) if not isinstance(f, Noted)]
    killed = Desk(a_policy())
    killed.restore(facts)
    killed.start(after(60))
    ended = Desk(a_policy())
    ended.restore(facts + [f for f in desk.stop(after(2)) if not isinstance(f, Noted)])
    ended.start(after(60))
    counts = [(d.snapshot().absence.restarts, d.snapshot().absence.crashes) for d in (killed, ended)]
    assert counts == [(1, 1), (1, 0)]
