"""One table of keys, and what a configuration may change in it."""

from pathlib import Path

import pytest

from atlas_tui.acts.charting import DETAIL_BINDINGS
from atlas_tui.acts.registry import ACTS
from atlas_tui.acts.stage import DETAIL, GROUPS
from atlas_tui.keymap import bindings, markdown_table, resolve, textual_keymap
from atlas_tui.lines import text_of, width_of
from atlas_tui.screens.read import help_lines
from atlas_tui.tabs import TAB_IDS, Tab
from atlas_tui.widgets.key_bar import key_line
from core.domain.errors import ConfigError


def test_the_defaults_do_not_clash() -> None:
    assert resolve({}) == ACTS


def test_every_key_has_an_id_of_its_own_and_a_known_group() -> None:
    assert len({key.id for key in ACTS}) == len(ACTS)
    assert {key.group for key in ACTS} == set(GROUPS)


def test_an_override_replaces_all_keys_of_its_action() -> None:
    scan = next(key for key in resolve({"scan": "f5, z"}) if key.id == "scan")
    assert scan.keys == ("f5", "z")


def test_characters_are_understood_as_keys() -> None:
    table = {key.id: key.keys for key in resolve({"filter": "f", "sort": "/", "help": "Y"})}
    assert (table["filter"], table["sort"], table["help"]) == (("f",), ("slash",), ("Y",))


def test_a_clash_is_refused_with_both_names() -> None:
    with pytest.raises(ConfigError, match=r"'x' would do two things: drop \(reject; close a position\) and scan"):
        resolve({"scan": "x"})


def test_an_unknown_action_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="scann: there is no such action; the nearest is scan"):
        resolve({"scann": "s"})


@pytest.mark.parametrize("key", ["ctrl+z", "ctrl+c", "ctrl+q"])
def test_keys_that_must_keep_their_meaning_cannot_be_given_away(key: str) -> None:
    with pytest.raises(ConfigError, match="cannot be given away"):
        resolve({"scan": key})


def test_an_action_needs_a_key() -> None:
    with pytest.raises(ConfigError, match="give at least one key"):
        resolve({"scan": " "})


def test_textual_hears_only_of_what_differs() -> None:
    assert textual_keymap(resolve({"scan": "f5"})) == {"scan": "f5"}


def test_every_act_with_a_key_is_bound_and_the_detail_binds_the_charts() -> None:
    assert len(bindings()) == sum(1 for act in ACTS if act.keys)
    assert len(DETAIL_BINDINGS) == sum(1 for act in ACTS if act.group == DETAIL)


@pytest.mark.parametrize("width", [46, 70, 76])
def test_the_help_names_every_action_in_full(width: int) -> None:
    text = "\n".join(text_of(line) for line in help_lines(ACTS, width))
    assert [key.text for key in ACTS if key.id not in TAB_IDS and key.keys and key.text not in text] == []
    assert "0-8" in text


def test_the_help_names_the_tabs_when_their_digits_were_changed() -> None:
    text = "\n".join(text_of(line) for line in help_lines(resolve({"log": "Q"}), 76))
    assert "Leverage" in text


def test_the_readme_lists_every_action() -> None:
    table = markdown_table()
    assert [key.id for key in ACTS if key.keys and f"| {key.id} |" not in table] == []


@pytest.mark.parametrize("tab", list(Tab))
@pytest.mark.parametrize("width", [40, 50, 80, 200])
def test_the_footer_fits_and_always_names_help_and_quit(tab: Tab, width: int) -> None:
    line = key_line(ACTS, tab, width)
    assert width_of(line) <= width
    assert "? Keys" in text_of(line)
    assert "q Quit" in text_of(line)


def test_the_footer_says_that_a_filter_is_set() -> None:
    assert "filter: eth bksp clears" in text_of(key_line(ACTS, Tab.SIGNALS, 80, "eth"))


def test_the_readme_lists_exactly_these_keys(root: Path) -> None:
    assert markdown_table().strip() in (root / "README.md").read_text(encoding="utf-8")
