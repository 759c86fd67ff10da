"""A secret shows itself nowhere, and takes its value out of every text."""

import copy
import json
import logging
import pickle  # noqa: TID251 - to see that it refuses
from collections.abc import Callable
from dataclasses import asdict, dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import hiding
from core.domain.hiding import hidden
from core.domain.secret import Secret
from core.domain.text import clean, one_line

PEM = "-----BEGIN EC PRIVATE " + "KEY-----\nMHcCAQEEIPlantedPlantedPlanted01\nAwEHoUQDQgAEPlantedPlanted02\n-----END"


@pytest.fixture(autouse=True)
def nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with no secret known."""
    monkeypatch.setattr(hiding, "_hidden", [])


@dataclass(frozen=True)
class Holder:
    key: Secret


SHOWN: dict[str, Callable[[Secret], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda secret: f"{secret} {secret!r} {secret:>20} {secret!s:s}",
    "percent": lambda secret: f"%s %r {'%s'}" % (secret, secret, secret),
    "in a value": lambda secret: repr(Holder(secret)) + str(asdict(Holder(secret))),
    "in a list": lambda secret: str([secret, (secret,), {"key": secret}]),
    "copied": lambda secret: str([copy.copy(secret), copy.deepcopy([secret])]),
    "in a record": lambda secret: logging.LogRecord("a", 1, "f", 1, "%s", (secret,), None).getMessage(),
    "its attributes": lambda secret: str(getattr(secret, "__dict__", "")),
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN.keys())
def test_it_is_never_shown(shown: Callable[[Secret], str]) -> None:
    said = shown(Secret("hunter2-planted"))
    assert "hunter2" not in said


@pytest.mark.parametrize("write", [pickle.dumps, json.dumps, msgspec.json.encode, msgspec.msgpack.encode])
def test_it_cannot_be_written_down(write: Callable[[object], object]) -> None:
    with pytest.raises(TypeError) as refused:
        write({"key": Secret("hunter2-planted")})
    assert "hunter2" not in str(refused.value)


def test_it_is_what_it_is_for_who_asks_and_equal_to_its_like_alone() -> None:
    secret = Secret("hunter2-planted")
    assert secret.reveal() == "hunter2-planted"
    assert secret.matches(b"hunter2-planted")
    assert not secret.matches(b"hunter2-plantee")
    assert not secret.matches(b"")
    assert secret == Secret("hunter2-planted")
    assert secret != Secret("hunter3-planted")
    assert secret != "hunter2-planted"
    with pytest.raises(TypeError):
        hash(secret)


@pytest.mark.parametrize(
    "text",
    [
        PEM,
        PEM.replace("\n", "\\n"),
        PEM.replace("\n", " "),
        "MHcCAQEEIPlantedPlantedPlanted01",
        "it was https://example.com/?key=a%2Fplanted%20one",
        "a/pla\x1bnted one",
    ],
)
def test_a_value_is_taken_out_in_every_form_of_it(text: str) -> None:
    Secret(PEM)
    Secret("a/planted one")
    for said in (clean(text), one_line(text)):
        assert "***" in said
        assert [part for part in ("Planted", "planted") if part in said] == []


def test_a_secret_within_a_longer_one_leaves_no_rest_of_it() -> None:
    Secret("planted")
    Secret("long-planted-tail")
    assert hidden("a long-planted-tail, planted") == "a ***, ***"


def test_what_is_as_short_as_a_word_is_not_torn_out_of_texts() -> None:
    Secret("BTC")
    assert one_line("BTC 15m") == "BTC 15m"


@given(st.text(min_size=hiding.SHORTEST, max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_no_text_around_a_secret_brings_it_out(value: str, before: str, after: str) -> None:
    kept = list(hiding._hidden)
    Secret(value)
    said = hidden(before + value + after)
    assert value not in said or value in before + "***" + after
    hiding._hidden[:] = kept
