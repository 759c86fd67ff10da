"""A message by HTTP: what each answer of a sink means, and that the address is told to nobody else."""

import logging

import pytest

from core.adapters.alert_post import AlertPost
from core.alerts.answers import Answer, Never, NotNow, Taken
from core.alerts.policy import AlertKind, AlertPolicy, Channel
from core.config.alert_rules import targets_of
from core.config.secrets import Found
from core.domain.errors import ConfigError
from core.domain.secret import Secret
from tests.alerts.sink import HANG, RESET, Sink, a_sink
from tests.alerts.stories import a_message, one

GOOD = "https://discord.com/api/webhooks/123456789012345678/" + "Aa0_-" * 13


def secrets(**values: str) -> dict[str, Found]:
    return {name: Found(Secret(value), "environment") for name, value in values.items()}


def post_to(sink: Sink, path: str = "/hook/planted-in-the-path", timeout_s: float = 0.3) -> AlertPost:
    policy = AlertPolicy(channels=(Channel.JSON,))
    return AlertPost(targets_of(policy, secrets(ATLAS_JSON_URL=sink.url + path))[Channel.JSON], timeout_s)


@pytest.mark.parametrize(
    ("answered", "meant"),
    [
        (204, Taken()),
        (200, Taken()),
        ((429, "2"), NotNow("HTTP 429", 2.0)),
        ((429, "0.25"), NotNow("HTTP 429", 1.0)),
        ((429, "Wed, 21 Oct 2026 07:28:00 GMT"), NotNow("HTTP 429")),
        (500, NotNow("HTTP 500")),
        (RESET, NotNow("no connection")),
        (HANG, NotNow("no answer in time")),
        ((302, "http://127.0.0.1:9/"), Never("HTTP 302: it redirects elsewhere")),
        (401, Never("HTTP 401: the address or its token is not valid")),
        (404, Never("HTTP 404: there is no such address: it was deleted, or is mistyped")),
    ],
)
def test_each_answer_of_a_sink_has_its_meaning(answered: int | str | tuple[int, str], meant: Answer) -> None:
    with a_sink([answered]) as sink:
        assert post_to(sink).send(a_message(one(AlertKind.ENTRY))) == meant
        assert len(sink.asked) == 1


def test_a_sink_that_is_not_there_may_come_back() -> None:
    with a_sink() as sink:
        post = post_to(sink)
    assert post.send(a_message(one(AlertKind.ENTRY))) == NotNow("no connection")


def test_a_message_carries_its_id_so_that_a_second_one_is_known() -> None:
    with a_sink() as sink:
        post, told = post_to(sink), a_message(one(AlertKind.ENTRY))
        assert [post.send(told), post.send(told)] == [Taken(), Taken()]
    assert {asked["Idempotency-Key"] for asked in sink.asked} == {told.id}
    assert {body["id"] for body in sink.taken} == {told.id}


def test_ntfy_gets_its_topic_in_the_body_and_the_token_in_a_header() -> None:
    with a_sink() as sink:
        found = secrets(ATLAS_NTFY_URL=f"{sink.url}/my-alerts", ATLAS_NTFY_TOKEN="tk_planted_token")
        target = targets_of(AlertPolicy(channels=(Channel.NTFY,)), found)[Channel.NTFY]
        assert AlertPost(target).send(a_message(one(AlertKind.EXIT))) == Taken()
    (asked,) = sink.asked
    assert (asked["path"], asked["Authorization"]) == ("/", "Bearer tk_planted_token")
    assert sink.taken[0]["topic"] == "my-alerts"


def test_neither_log_nor_answer_names_the_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with a_sink([404, RESET, HANG]) as sink:
        post = post_to(sink)
        answers = [post.send(a_message(one(AlertKind.ENTRY))) for _ in range(3)]
    assert "planted" not in repr(answers)
    shown = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "planted" not in "".join(shown)


def test_a_discord_channel_takes_a_webhook_of_discord_and_nothing_else() -> None:
    policy = AlertPolicy(channels=(Channel.DISCORD,))
    assert targets_of(policy, secrets(ATLAS_WEBHOOK_URL=GOOD))[Channel.DISCORD].url.reveal() == GOOD
    for bad in ("http://127.0.0.1:8080/api/webhooks/1/x", GOOD.replace("discord.com", "discord.com.evil.org"), "x"):
        with pytest.raises(ConfigError, match=r"ATLAS_WEBHOOK_URL .environment. is no webhook of Discord") as refused:
            targets_of(policy, secrets(ATLAS_WEBHOOK_URL=bad))
        assert len(bad) < 2 or bad not in str(refused.value)


@pytest.mark.parametrize(
    ("channel", "found", "named"),
    [
        (Channel.DISCORD, {}, "ATLAS_WEBHOOK_URL"),
        (Channel.JSON, {"ATLAS_JSON_URL": "http://example.org/hook"}, "ATLAS_JSON_URL"),
        (Channel.JSON, {"ATLAS_JSON_URL": "https://user:pass@example.org/"}, "ATLAS_JSON_URL"),
        (Channel.JSON, {"ATLAS_JSON_URL": "file:///etc/passwd"}, "ATLAS_JSON_URL"),
        (Channel.NTFY, {"ATLAS_NTFY_URL": "https://ntfy.sh/"}, "names no topic"),
        (Channel.NTFY, {"ATLAS_NTFY_URL": "https://ntfy.sh"}, "names no topic"),
    ],
)
def test_an_address_that_is_missing_or_wrong_is_refused_by_name(
    channel: Channel, found: dict[str, str], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        targets_of(AlertPolicy(channels=(channel,)), secrets(**found))
