import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.text import clean, one_line


@pytest.mark.parametrize(
    ("dirty", "safe"),
    [
        ("\x1b]0;title\x07plain", "]0;titleplain"),
        ("\x1b[2J\x1b[H", "[2J[H"),
        ("\x9b31mred", "31mred"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("del\x7f nul\x00 cr\r", "del nul cr"),
        ("lone\ud800 pair", "lone pair"),
        ("kept\tand\nkept", "kept\tand\nkept"),
        ("naïve ₿ 市場 🙂", "naïve ₿ 市場 🙂"),
    ],
)
def test_what_steers_a_terminal_is_dropped_and_the_rest_kept(dirty: str, safe: str) -> None:
    assert clean(dirty) == safe


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 400, limit=10) == "xxxxxxxxx…"
    assert clean("x" * 10, limit=10) == "x" * 10
    assert len(clean("y" * 10_000_000)) == 300


def test_one_line_has_no_line_breaks() -> None:
    assert one_line("HTTP 500:\r\n  <html>\n\t no") == "HTTP 500: <html> no"


@given(st.text(alphabet=st.characters(), max_size=200), st.integers(1, 50))
def test_clean_text_can_be_encoded_is_short_and_stays_as_it_is(text: str, limit: int) -> None:
    safe = clean(text, limit)
    assert len(safe) <= limit
    assert clean(safe, limit) == safe
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in safe)
    assert safe.encode("utf-8").decode("utf-8") == safe
