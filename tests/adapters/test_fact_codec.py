"""Facts survive being written down, to the last digit and microsecond."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given

from core.adapters.fact_codec import GENESIS, chained, decode_fact, encode, kind_of, stamp, unstamp
from core.domain.errors import StoreError
from core.domain.facts import AccountOpened, Fact, MarketSeen, PositionOpened, SetupFound, SetupResolved, SignalFound
from core.domain.oversight import NoteWritten
from core.domain.positions import Origin
from tests.adapters.fact_strategies import any_fact, not_finite, times
from tests.adapters.ledger_story import NOON, a_day, a_position, a_setup
from tests.adapters.version_one import EARLIER_FACTS


@given(any_fact)
def test_every_fact_comes_back_as_it_was(fact: Fact) -> None:
    text = encode(fact)
    back = decode_fact(kind_of(fact), text)
    assert back == fact
    assert repr(back) == repr(fact)  # 1.50 stays 1.50, which == does not see


@given(any_fact)
def test_the_text_of_a_fact_is_always_the_same(fact: Fact) -> None:
    text = encode(fact)
    assert encode(decode_fact(kind_of(fact), text)) == text
    json.loads(text)


def test_the_story_of_a_day_has_every_kind_of_fact() -> None:
    told = {type(fact) for batch in a_day() for fact in batch}
    assert told == set(get_args(Fact))


@pytest.mark.parametrize(("kind", "payload"), EARLIER_FACTS)
def test_what_an_earlier_atlas_wrote_is_read_with_nothing_in_the_new_fields(kind: str, payload: str) -> None:
    fact = decode_fact(kind, payload)
    match fact:
        case PositionOpened():
            assert (fact.numbers, fact.position.origin) == ((), Origin.SETUP)
        case SetupResolved():
            assert fact.standings == ()
        case SetupFound(setup=found) | SignalFound(signal=found):
            assert (found.bars, found.limits) == ((), None)
    now = json.loads(encode(fact))
    assert without(now, "numbers", "origin", "standings", "bars", "limits", "terms") == json.loads(payload)


def without(value: object, *names: str) -> object:
    """The JSON value with these keys left out at any depth."""
    if isinstance(value, dict):
        return {key: without(part, *names) for key, part in value.items() if key not in names}
    return [without(part, *names) for part in value] if isinstance(value, list) else value


def test_money_is_written_as_text_and_time_with_z() -> None:
    assert encode(AccountOpened(Decimal("1000.00"), NOON)) == '{"balance":"1000.00","at":"2026-03-02T12:00:00Z"}'


@given(not_finite)
def test_a_number_that_is_none_is_never_written(amount: Decimal) -> None:
    position = replace(a_position(a_setup()), margin=amount)
    with pytest.raises(StoreError, match="cannot be stored"):
        encode(PositionOpened(position, NOON))


@pytest.mark.parametrize(
    "text", ["entered at 2026-01-20T15:00:00", "T15:00:00+01:00 it was", "NaN", "-Infinity", "inf"]
)
def test_a_note_may_read_like_what_is_never_written(text: str) -> None:
    note = NoteWritten("BTC|15m", text, NOON)
    assert decode_fact(kind_of(note), encode(note)) == note


@pytest.mark.parametrize("number", ["NaN", "nan", "sNaN", "Infinity", "-inf"])
def test_a_number_that_is_none_is_never_read(number: str) -> None:
    with pytest.raises(StoreError, match="no finite number"):
        decode_fact("AccountOpened", f'{{"balance":"{number}","at":"2026-03-02T12:00:00Z"}}')


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=-5)), timezone(timedelta(minutes=30))])
def test_a_time_that_is_not_utc_is_never_written(zone: timezone | None) -> None:
    with pytest.raises(StoreError, match="no UTC time"):
        encode(MarketSeen("BTC", NOON.replace(tzinfo=zone, microsecond=5)))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("Windfall", "{}"),
        ("MarketSeen", '{"symbol":"BTC"}'),
        ("MarketSeen", "{"),
        ("MarketSeen", '{"at":5,"symbol":1}'),
    ],
)
def test_what_is_no_fact_is_refused(kind: str, payload: str) -> None:
    with pytest.raises(StoreError, match="the ledger holds a"):
        decode_fact(kind, payload)


@given(times, times)
def test_stamps_sort_as_times_do(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)
    assert unstamp(stamp(one)) == one
    assert unstamp(stamp(one)).utcoffset() == timedelta(0)


def test_a_stamp_that_is_no_time_is_refused() -> None:
    with pytest.raises(StoreError, match="where a time belongs"):
        unstamp("yesterday")


def test_the_hash_changes_with_every_part() -> None:
    at = stamp(datetime(2026, 1, 1, tzinfo=UTC))
    parts = (GENESIS, "MarketSeen", at, "{}")
    changed = [(*parts[:i], part + "0", *parts[i + 1 :]) for i, part in enumerate(parts)]
    assert len({chained(*each) for each in [parts, *changed]}) == 5
    assert chained(*parts) == chained(*parts)
