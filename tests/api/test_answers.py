"""Every number of the API is that of the command line and of the picture the screen shows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlas_tui.cli.api.live import live
from atlas_tui.cli.api.paths import Desk
from core.adapters.api.watch import Watch
from core.domain.rows import exact
from tests.api.rig import Served, serving
from tests.cli.said import Said

OF_A_MARKET = ("mark", "unrealised", "r_multiple")
OF_THE_MOMENT = ("at", "seconds_to_close", "disk", "last_seen_at")

Told = Callable[..., Any]


@pytest.fixture
def told(atlas: Callable[..., Said], desk: Desk) -> Told:
    """What a verb prints as JSON for the served desk."""
    return lambda verb: atlas(verb, "--format", "json", "--state-dir", desk.books.root).json


@pytest.mark.parametrize("verb", ["signals", "setups", "trades"])
def test_a_list_is_that_of_the_command_line(served: Served, told: Told, verb: str) -> None:
    page = served.get(f"/{verb}").json
    assert page["items"] == told(verb)
    assert (page["total"], page["next"], page["items"] != []) == (len(page["items"]), None, True)


def test_positions_are_those_of_the_command_line_with_their_marks(served: Served, told: Told) -> None:
    rows = served.get("/positions").json["items"]
    assert [row | dict.fromkeys(OF_A_MARKET) for row in rows] == told("positions")
    views = served.desk.snapshot().positions
    marks = [(exact(view.mark), exact(view.unrealised), view.position.id) for view in views]
    assert [(row["mark"], row["unrealised"], row["id"]) for row in rows] == marks != []


@pytest.mark.parametrize("verb", ["performance", "leverage", "status"])
def test_a_document_is_that_of_the_command_line(served: Served, told: Told, verb: str) -> None:
    document = served.get(f"/{verb}").json
    document.pop("live", None)
    printed = told(verb)
    for name in OF_THE_MOMENT:
        assert (document.pop(name, None) is None) == (printed.pop(name, None) is None)
    assert document == printed


def test_status_has_the_money_of_the_picture(served: Served) -> None:
    account, document = served.desk.snapshot().account, served.get("/status").json
    assert document["live"] == live(served.desk.snapshot())
    assert document["live"]["equity"] == exact(account.balance + account.unrealised)
    assert document["balance"] == document["live"]["balance"] == exact(account.balance)


def test_before_the_first_picture_it_says_that_the_desk_is_starting(desk: Desk) -> None:
    with serving(Desk(desk.books, Watch())) as served:
        assert {served.get(path).code for path in ("/status", "/positions", "/metrics")} == {"starting"}
        assert (served.get("/health").status, served.get("/health").code) == (503, "unwell")
        assert served.get("/trades").status == 200


def test_health_notices_a_desk_that_has_fallen_silent(desk: Desk) -> None:
    silent = Desk(desk.books, Watch())
    silent.watch.hear(desk.snapshot(), now_s=float("-inf"))
    with serving(silent) as served:
        assert served.get("/health").status == 503
        silent.watch.hear(desk.snapshot(), now_s=float("inf"))
        assert served.get("/health").body == b'{"status":"ok"}'


def test_a_ledger_that_cannot_be_read_is_an_error_and_no_empty_list(desk: Desk, tmp_path: Path) -> None:
    nowhere = Desk(replace(desk.books, root=tmp_path), desk.watch)
    with serving(nowhere) as served:
        for path in ("/trades", "/signals", "/setups", "/performance", "/status"):
            answer = served.get(path)
            assert (answer.status, answer.code) == (503, "unreadable")
        assert b"atlas_ledger_readable 0.0" in served.get("/metrics").body
