"""A picture told as a difference is the picture: over days of a desk, part by part, and for rubbish never."""

from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.picture_delta import decode_picture, encode_picture
from core.domain.bars import SeriesKey, bad_bar
from core.domain.snapshot import FeedState, LinkView, Snapshot
from core.domain.timeframes import M15
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_desk, a_policy, a_setup, a_tick, after
from tests.trading.random_days import STEPS, Step, play

TWO = a_policy(symbols=("BTC", "ETH"))


def pictures_of(steps: Sequence[Step]) -> list[Snapshot]:
    seen: list[Snapshot] = []

    def look(desk: Desk) -> None:
        seen.append(desk.snapshot())

    play(steps, look)
    return seen


@settings(max_examples=25)
@given(STEPS, st.lists(st.booleans(), min_size=120, max_size=120))
def test_differences_put_together_are_the_pictures_whichever_of_them_were_sent(
    steps: Sequence[Step], are_sent: Sequence[bool]
) -> None:
    base: Snapshot | None = None
    made: Snapshot | None = None
    for picture, is_sent in zip(pictures_of(steps), are_sent, strict=False):
        if is_sent:
            made = decode_picture(encode_picture(picture, base), made)
            assert made == picture
            assert [list(made.series), list(made.standings)] == [list(picture.series), list(picture.standings)]
            base = picture


@settings(max_examples=10)
@given(STEPS)
def test_what_did_not_change_stays_the_same_object_on_the_other_side(steps: Sequence[Step]) -> None:
    pictures = pictures_of(steps)
    base, made = pictures[0], decode_picture(encode_picture(pictures[0]))
    for picture in pictures[1:]:
        now = decode_picture(encode_picture(picture, base), made)
        for part in fields(Snapshot):
            if getattr(picture, part.name) is getattr(base, part.name):
                assert getattr(now, part.name) is getattr(made, part.name)
        for was, quote, here, there in zip(base.quotes, picture.quotes, made.quotes, now.quotes, strict=True):
            assert (was is quote) <= (here is there)
        base, made = picture, now


def test_a_tick_is_told_in_a_few_hundred_bytes() -> None:
    desk = a_desk(a_setup(), policy=TWO)
    before = desk.snapshot()
    desk.handle(a_tick(100, after(1), "BTC"))
    assert len(encode_picture(desk.snapshot(), before)) < 1_000 < len(encode_picture(before))


def test_a_line_of_the_log_does_not_send_the_log_again() -> None:
    desk = a_desk(policy=TWO)
    before = desk.snapshot()
    notes = tuple(replace(note, text=f"{note.text} {n}") for n, note in enumerate(before.log * 100))
    long = replace(before, log=notes)
    longer = replace(long, log=(*notes[1:], *before.log[:1]))
    made = decode_picture(encode_picture(longer, long), long)
    assert made.log == longer.log
    assert made.log[0] is notes[1]
    assert len(encode_picture(longer, long)) < len(encode_picture(long)) / 4


def test_bars_that_are_no_numbers_arrive_as_such() -> None:
    picture = a_desk(policy=TWO).snapshot()
    key = SeriesKey("BTC", M15)
    holed = replace(picture, series={**picture.series, key: replace(picture.series[key], closed=(bad_bar(TUESDAY),))})
    made = decode_picture(encode_picture(holed, picture), picture)
    (bar,) = made.series[key].closed
    assert bar.close.is_nan()
    assert not bar.complete


def test_a_symbol_that_comes_or_goes_keeps_the_order() -> None:
    picture = a_desk(policy=TWO).snapshot()
    turned = replace(picture, quotes=picture.quotes[::-1], standings=dict(list(picture.standings.items())[::-1]))
    made = decode_picture(encode_picture(turned, picture), picture)
    assert [quote.symbol for quote in made.quotes] == ["ETH", "BTC"]
    assert list(made.standings) == ["ETH", "BTC"]
    fewer = replace(picture, scores={"ETH": picture.scores["ETH"]})
    assert decode_picture(encode_picture(fewer, picture), picture) == fewer


def test_the_link_is_told_by_what_changed_of_it() -> None:
    picture = a_desk(policy=TWO).snapshot()
    link = LinkView(state=FeedState.LIVE, ages={"BTC": 0.25}, counters={"ticks": 7}, bad_frames=("{",))
    first = replace(picture, link=link)
    assert decode_picture(encode_picture(first, picture), picture).link == link
    second = replace(first, link=replace(link, age_s=1.5))
    assert decode_picture(encode_picture(second, first), first) == second


def test_equal_amounts_that_are_spelled_otherwise_need_not_be_sent() -> None:
    picture = a_desk(policy=TWO).snapshot()
    again = replace(picture, account=replace(picture.account, balance=picture.account.balance + Decimal("0.00")))
    assert decode_picture(encode_picture(again, picture), picture) == again


@given(st.binary(max_size=200))
def test_rubbish_is_no_picture(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no picture of a desk"):
        decode_picture(raw)


@settings(max_examples=50)
@given(st.data())
def test_a_picture_that_was_damaged_is_refused_or_still_one(data: st.DataObject) -> None:
    desk = a_desk(a_setup(), policy=TWO)
    before = desk.snapshot()
    desk.handle(a_tick(101, after(1), "BTC"))
    raw = bytearray(encode_picture(desk.snapshot(), before))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = decode_picture(bytes(raw), before)
    except ValueError:
        return
    assert isinstance(made, Snapshot)
