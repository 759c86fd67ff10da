"""A folded ledger that was written down and read back is the same, and folding on from it is folding from the first."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.state_codec import RUN, _coder, _Walk, decode_state, encode_state
from core.domain.bars import Bar
from core.domain.facts import AccountOpened, Fact
from core.trading.desk import Desk
from core.trading.folded import Folded, Folding
from core.trading.setups import TrackedSetup
from tests.adapters.fact_strategies import any_fact
from tests.adapters.ledger_story import a_day, trading_on
from tests.builders import a_desk_over, a_tick, after, at_work
from tests.trading.random_days import POLICY, STEPS, Step, play

FACTS = [fact for batch in a_day() for fact in batch]
FOLLOWING = {"PaperAccount": {"_shown", "_listed"}, "ShadowBook": {"_views"}, "Absence": {"_view"}}
"""By class: what follows from the other fields, so that it need not be kept."""


def through_bytes(folding: Folding) -> Folding:
    """Written down and read back."""
    return decode_state(encode_state(folding))


def cut(facts: list[Fact], at: int) -> Folding:
    """Folded up to there, kept, read back, and folded on."""
    return through_bytes(Folding().take(facts[:at])).take(facts[at:])


def same(one: Folding, other: Folding) -> bool:
    """In every field, and in what is one object: the bytes name an object that is met again."""
    return one == other and encode_state(one) == encode_state(other)


@given(st.lists(st.sampled_from(FACTS) | any_fact, max_size=40), st.integers(0, 40))
@settings(max_examples=60)
def test_any_facts_kept_at_any_point_come_to_what_they_come_to(facts: list[Fact], at: int) -> None:
    assert same(cut(facts, at), Folding().take(facts))


@given(STEPS, st.floats(0, 1))
@settings(max_examples=25)
def test_a_desk_that_goes_on_from_what_was_kept_decides_the_same(steps: list[Step], part: float) -> None:
    played = play(steps)
    facts: list[Fact] = [AccountOpened(Decimal(1000), after(0)), *played.facts]
    kept = cut(facts, round(part * len(facts)))
    assert same(kept, Folding().take(facts))
    went_on = Desk(POLICY)
    went_on.resume(kept)
    one, other = a_desk_over(facts, POLICY, played.at), at_work(went_on, played.at)
    for second, price in enumerate((101, 99, 104, 95, 120, 80)):
        tick = a_tick(price, after(second, played.at), POLICY.symbols[0])
        assert one.handle(tick) == other.handle(tick)
        assert one.snapshot() == other.snapshot()


def test_the_log_of_a_desk_is_the_same_however_long_ago_its_ledger_was_kept() -> None:
    facts = [fact for batch in trading_on(1000) for fact in batch]
    whole = Folding().take(facts).notes
    assert len(whole) > 100
    for at in (0, 10, 900, 1100, 3900, len(facts)):
        assert cut(facts, at).notes == whole


def test_what_is_one_object_stays_one() -> None:
    kept = through_bytes(Folding().take(FACTS)).state
    assert kept.traded
    assert all(kept.book.get(tracked.setup.id) is tracked for tracked in kept.traded.values())
    assert all(kept.book.get(each.setup.id) is each for each in kept.book.pending("BTC"))


def test_rows_are_kept_in_runs_and_others_may_go_on_between_them() -> None:
    folding = Folding().take(fact for batch in trading_on(3 * RUN) for fact in batch)
    rests: Counter[str] = Counter()
    raw = encode_state(folding, lambda: rests.update(["writing"]))
    assert same(decode_state(raw, lambda: rests.update(["reading"])), folding)
    assert rests["writing"] == rests["reading"] > 3


@given(st.binary(max_size=60) | st.integers(0, 400).map(lambda n: encode_state(Folding().take(FACTS))[:n]))
def test_other_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no folded ledger"):
        decode_state(raw)


def parts(kind: Any, seen: set[Any]) -> Iterator[Any]:
    """Every dataclass in a type, however deep."""
    origin: Any = get_origin(kind)
    origin = origin or kind
    if is_dataclass(origin) and origin not in seen:
        seen.add(origin)
        yield origin
        for hint in get_type_hints(origin).values():
            yield from parts(hint, seen)
    for inside in get_args(kind):
        yield from parts(inside, seen)


def test_only_what_follows_from_the_rest_is_left_out_and_nothing_can_be_kept_beside_the_fields() -> None:
    left_out: dict[str, set[str]] = {}
    for kind in parts(Folding, set()):
        assert "__dict__" not in dir(kind), f"{kind.__name__} has no slots"
        if away := {each.name for each in fields(kind) if not each.compare}:
            left_out[kind.__name__] = away
    assert left_out == FOLLOWING
    assert {"TrackedSetup", "Measures", "Newest", "KnownIds"} <= {kind.__name__ for kind in parts(Folded, set())}


def test_what_could_not_come_back_as_it_was_is_refused() -> None:
    @dataclass
    class Loose:
        number: int = 0

    @dataclass(frozen=True)
    class Shell:
        inside: TrackedSetup

    for kind in (Loose, Shell, Any, object, Bar | object):
        with pytest.raises(TypeError):
            _coder(kind)
    bounded = deque([1], maxlen=3)

    @dataclass(slots=True)
    class Bounded:
        rows: deque[int] = field(default_factory=lambda: bounded)

    with pytest.raises(TypeError):
        _coder(Bounded).down(Bounded(), _Walk(lambda: None))
