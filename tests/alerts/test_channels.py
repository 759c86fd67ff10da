"""What each channel is sent: within its limits whatever the text, clean, mentioning nobody, every side in words."""

import json

from hypothesis import given

from core.alerts.discord import ADDRESS, MOST_CHARACTERS, MOST_EMBEDS, discord_body, length_of, units
from core.alerts.message import Message, json_body
from core.alerts.ntfy import ntfy_body
from core.alerts.policy import AlertKind, Severity
from core.domain.secret import Secret
from core.domain.text import STEERING
from tests.alerts.stories import ANY_MESSAGE, a_message, alerts_of_the_day, one


@given(ANY_MESSAGE)
def test_discord_never_gets_more_than_it_takes(message: Message) -> None:
    body = discord_body(message)
    embeds = body["embeds"]
    assert 1 <= len(embeds) <= MOST_EMBEDS
    assert sum(map(length_of, embeds)) <= MOST_CHARACTERS
    assert units(body.get("content", "")) <= 2000
    for embed in embeds:
        assert 1 <= units(embed["title"]) <= 256
        assert 1 <= units(embed["description"]) <= 4096
        assert units(embed["footer"]["text"]) <= 2048
        assert len(embed["fields"]) <= 25
        for field in embed["fields"]:
            assert 1 <= units(field["name"]) <= 256
            assert 1 <= units(field["value"]) <= 1024


@given(ANY_MESSAGE)
def test_every_alert_is_shown_or_counted(message: Message) -> None:
    body = discord_body(message)
    more = int(body["content"].split()[1]) if "content" in body else 0
    assert len(body["embeds"]) + more == len(message.alerts)


@given(ANY_MESSAGE)
def test_nothing_that_steers_leaves_and_nobody_is_mentioned(message: Message) -> None:
    for body in (discord_body(message), json_body(message), ntfy_body(message, "atlas")):
        assert STEERING.search(json.dumps(body, ensure_ascii=False).replace("\\n", "")) is None
    assert discord_body(message)["allowed_mentions"] == {"parse": []}


@given(ANY_MESSAGE)
def test_a_text_for_ntfy_stays_a_text_and_no_attachment(message: Message) -> None:
    body = ntfy_body(message, "atlas")
    assert len(body["message"].encode()) < 4096
    assert len(body["title"]) <= 200
    assert 1 <= body["priority"] <= 5


def test_a_secret_in_a_text_leaves_masked() -> None:
    secret = Secret("hunter2-hunter2")
    alert = one(AlertKind.ENTRY)
    told = a_message(type(alert)(alert.kind, alert.cause, alert.at, secret.reveal(), f"is {secret.reveal()}"))
    for body in (discord_body(told), json_body(told), ntfy_body(told, "atlas")):
        assert "hunter2" not in json.dumps(body)


def test_the_side_is_a_color_and_a_word() -> None:
    (embed,) = discord_body(a_message(one(AlertKind.ENTRY)))["embeds"]
    assert embed["color"] == 0x5FAF87
    assert "▲ LONG" in embed["title"]
    assert {"name": "Stop", "value": "95.00", "inline": True} in embed["fields"]
    assert embed["footer"]["text"].startswith("ATLAS PAPER · entry/10/")


def test_what_is_not_urgent_makes_no_sound() -> None:
    alert = one(AlertKind.REFUSED)
    assert discord_body(a_message(alert, severity=Severity.LOW))["flags"] == 4096
    assert "flags" not in discord_body(a_message(alert))
    priorities = [ntfy_body(a_message(alert, severity=each), "t")["priority"] for each in Severity]
    assert priorities == sorted(priorities)


def test_a_demo_says_so_everywhere() -> None:
    told = a_message(one(AlertKind.EXIT), mode="DEMO")
    assert "DEMO" in discord_body(told)["embeds"][0]["footer"]["text"]
    assert json_body(told)["mode"] == "DEMO"
    assert ntfy_body(told, "atlas")["title"].startswith("DEMO ")


def test_json_holds_every_alert_with_its_numbers_as_text() -> None:
    alerts = alerts_of_the_day()
    body = json_body(a_message(*alerts))
    assert [each["id"] for each in body["alerts"]] == [alert.id for alert in alerts]
    assert body["id"] == alerts[0].id
    told = next(each for each in body["alerts"] if each["kind"] == "exit")
    assert (told["side"], told["fields"]["R"], told["at"]) == ("LONG", "+1.53R", "2026-03-02T20:00:00Z")


def test_only_a_webhook_of_discord_is_an_address_of_discord() -> None:
    good = "https://discord.com/api/webhooks/123456789012345678/" + "x" * 68
    assert ADDRESS.fullmatch(good)
    for bad in (
        good.replace("https", "http"), good.replace("discord.com", "discord.com.evil.org"), good + "/slack",
        good.replace("discord.com", "evil.org/discord.com"), good.replace("//", "//user@"), good + "?wait=true",
        good.replace("/api/webhooks", ""), good + "\n",
    ):  # fmt: skip
        assert ADDRESS.fullmatch(bad) is None, bad
