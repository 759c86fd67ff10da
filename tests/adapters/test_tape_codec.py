"""What is written down is read back as it was, whatever it is."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.tape_codec import entry_of, frame_line, line_of, split, type_of
from core.domain import hiding
from core.domain.events import Event
from core.domain.policy import Policy
from core.domain.secret import Secret
from core.domain.taped import DeskBegan, Taped
from tests.adapters.event_strategies import FIELDS, any_entry
from tests.builders import TUESDAY


def read(line: bytes) -> Taped:
    kind, body = split(line.removesuffix(b"\n"))
    return entry_of(kind, body)


@given(any_entry)
def test_an_entry_is_one_line_of_json_and_read_back_the_same(entry: Taped) -> None:
    line = line_of(entry)
    assert line.count(b"\n") == 1
    assert list(json.loads(line)) == [type(entry).__name__]
    assert _exactly(read(line)) == _exactly(entry)


def _exactly(entry: Taped) -> str:
    """All of it with every digit, 1.0 apart from 1.00; a mapping may come back as another kind of mapping."""
    return repr(entry).replace("mappingproxy({", "{").replace("})", "}")


def test_every_kind_of_event_is_among_those_tried() -> None:
    assert set(FIELDS) == set(get_args(Event))


def test_every_rule_of_the_policy_is_written_down() -> None:
    mark = DeskBegan(Policy(), 0, TUESDAY)
    assert read(line_of(mark)) == mark


@given(st.binary(max_size=60))
def test_a_frame_is_kept_as_text_whatever_it_holds(data: bytes) -> None:
    line = frame_line(data)
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"Frame": data.decode("utf-8", "backslashreplace")}
    assert type_of(split(line.removesuffix(b"\n"))[0]) is None


def test_a_frame_that_says_a_secret_is_kept_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hiding, "_hidden", [])
    Secret("planted-secret")
    assert json.loads(frame_line(b'{"token":"planted-secret"}')) == {"Frame": '{"token":"***"}'}


def test_a_time_without_a_zone_is_not_taken() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        read(b'{"TimePassed":{"at":"2026-01-06T15:00:00"}}\n')
