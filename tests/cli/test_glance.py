"""What is read at a glance is what the settings say, wherever they can be read."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.cli.asked import settings_asked
from atlas_tui.cli.glance import Glance, glance_at, glance_of
from core.config import is_loopback
from core.domain.errors import ConfigError
from core.domain.link import LinkView, Mode

LOCAL = {"rest": "http://127.0.0.1:9", "ws": "ws://127.0.0.1:9"}


def checked(asked: dict[str, Any]) -> Glance:
    """The same from the settings themselves."""
    settings = settings_asked(asked)
    mode = Mode.DEMO if is_loopback(settings.venue.rest) else Mode.PAPER
    return glance_of(settings, LinkView(mode=mode, preset=settings.preset, loading="starting"))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        'symbols = ["BTC", "DOGE", "XRP-PERP"]',
        '[ui]\ntheme = "light"\nascii = true\nmouse = false',
        '[ui]\ntheme = "high-contrast"\nzone = "local"\nmask = true',
        '[keys]\nsince = "f5, @"',
        '[venue]\nrest = "http://localhost:8080"\nws = "ws://localhost:8080"',
    ],
)
@pytest.mark.parametrize(
    "asked",
    [
        {},
        LOCAL,
        {"theme": "mono", "ascii": True, "no_mouse": True, "zone": "New York", "mask": True},
        {"preset": "demo"},
        {"preset": "none"},
    ],
    ids=["bare", "local", "looks", "demo", "none"],
)
def test_a_glance_sees_what_the_settings_say(text: str | None, asked: dict[str, Any], tmp_path: Path) -> None:
    options = {"state_dir": tmp_path / "state", **asked}
    if text is not None:
        (tmp_path / "config.toml").write_text(text)
        options["config"] = tmp_path / "config.toml"
    assert glance_at(options) == checked(options)


@pytest.mark.parametrize(
    "text",
    [
        "[ui",
        "\xff",
        "symbols = 3\nui = 4",
        'symbols = [3, "\\u001b[31m"]\n[ui]\ntheme = 5\nzone = 6\n[keys]\nsince = 7',
    ],
)
def test_what_the_settings_refuse_is_passed_over_at_a_glance(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="latin-1")
    seen = glance_at({"config": path})
    assert (seen.theme, seen.opening.symbols, seen.zone) == ("dark", ("BTC", "ETH", "SOL"), "UTC")
    assert (seen.masked, seen.since_key) == (False, "")
    with pytest.raises(ConfigError):
        settings_asked({"config": path})


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_value_of_an_option_breaks_it(value: Any) -> None:
    seen = glance_at({"theme": value, "rest": value, "ascii": value})
    assert isinstance(seen.theme, str)
