"""The settings of alerts, and the addresses they go to, which are secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, time
from types import MappingProxyType
from typing import Annotated, Final
from urllib.parse import urlsplit

from msgspec import Struct, field

from core.alerts.discord import ADDRESS
from core.alerts.policy import KINDS, SEVERITIES, AlertKind, AlertPolicy, Channel, Severity
from core.config.allowed import Between, ClockTime, OneOf, Switch, Url
from core.config.secrets import Found
from core.config.words import Zone
from core.domain.calendar import NEW_YORK
from core.domain.errors import ConfigError
from core.domain.secret import Secret

ADDRESSES: Final[Mapping[Channel, str]] = MappingProxyType(
    {Channel.DISCORD: "ATLAS_WEBHOOK_URL", Channel.JSON: "ATLAS_JSON_URL", Channel.NTFY: "ATLAS_NTFY_URL"}
)
"""The secret that holds each channel's address."""
NTFY_TOKEN: Final = "ATLAS_NTFY_TOKEN"
"""The secret with the access token of a topic that asks for one."""
ALERT_SECRETS: Final = (*ADDRESSES.values(), NTFY_TOKEN)
"""All of them."""
_HOUR: Final = ClockTime("on the clock of alerts.zone")
_ANY: Final = Url("https", path=True)


class AlertsSection(Struct, frozen=True):
    """What is sent to you while you are not at a console; the addresses are secrets, never in this file."""

    channels: Annotated[
        tuple[Channel, ...], OneOf(tuple(Channel), least=0), "where alerts go; none sends nothing and keeps nothing"
    ] = ()
    kinds: Annotated[tuple[AlertKind, ...], OneOf(tuple(AlertKind)), "what is told"] = KINDS
    zone: Annotated[Zone, OneOf((Zone.UTC, Zone.NEW_YORK)), "clock of the times below"] = Zone.NEW_YORK
    quiet_from: Annotated[time, _HOUR, "quiet hours begin; what is not severe waits; equal to their end is never"] = (
        time(0)
    )
    quiet_until: Annotated[time, _HOUR, "quiet hours end"] = time(0)
    digest_at: Annotated[time, _HOUR, "the daily digest is sent"] = AlertPolicy().digest_at
    feed_down_after_s: Annotated[
        int, Between(10, 86_400, "seconds"), "how long prices must be away before that is told"
    ] = int(AlertPolicy().feed_down_after_s)
    mask: Annotated[bool, Switch(), "no amounts of money and no sizes in alerts; prices and R stay"] = False
    severity: Annotated[
        dict[str, Severity], OneOf(tuple(Severity)), "how loud, by kind: severe passes the quiet hours, low is silent"
    ] = field(default_factory=lambda: {kind.value: severity for kind, severity in SEVERITIES.items()})


@dataclass(frozen=True, slots=True)
class Target:
    """Where a channel's messages go.

    Attributes:
        url: https, or http to this machine; of ntfy without the topic.
        plain: it is http.
        here: it is this machine.
        topic: of ntfy.
        token: of ntfy, where the topic asks for one.
    """

    channel: Channel
    url: Secret
    plain: bool
    here: bool
    topic: str = ""
    token: Secret | None = None


def alerts_of(section: AlertsSection) -> AlertPolicy:
    """The policy these settings stand for."""
    return AlertPolicy(
        channels=section.channels,
        kinds=section.kinds,
        severities=MappingProxyType({kind: section.severity[kind.value] for kind in AlertKind}),
        quiet_from=section.quiet_from,
        quiet_until=section.quiet_until,
        digest_at=section.digest_at,
        zone=NEW_YORK if section.zone is Zone.NEW_YORK else UTC,
        feed_down_after_s=section.feed_down_after_s,
        mask=section.mask,
    )


def targets_of(policy: AlertPolicy, secrets: Mapping[str, Found]) -> dict[Channel, Target]:
    """Where each channel of the policy goes.

    Raises:
        ConfigError: an address is missing or not of its channel; it names the secret, never the address.
    """
    return {channel: _target(channel, secrets) for channel in policy.channels}


def _target(channel: Channel, secrets: Mapping[str, Found]) -> Target:
    name = ADDRESSES[channel]
    if name not in secrets:
        raise ConfigError(f'alerts.channels has "{channel}", which needs its address as the secret {name}')
    secret, source = secrets[name]
    url = secret.reveal()
    if channel is Channel.DISCORD:
        if ADDRESS.fullmatch(url) is None:
            raise ConfigError(f"{name} ({source}) is no webhook of Discord: https://discord.com/api/webhooks/ID/TOKEN")
        Secret(url.rpartition("/")[2])  # the token alone is as good as the address
        return Target(channel, secret, plain=False, here=False)
    if not _ANY.accepts(url.partition("?")[0]) or "#" in url or (channel is Channel.NTFY and "?" in url):
        raise ConfigError(f"{name} ({source}) is no address to send to: https://, or http:// to this machine alone")
    parts = urlsplit(url)
    plain = parts.scheme == "http"
    here = _ANY.accepts(f"http://{parts.netloc}")
    if channel is Channel.JSON:
        return Target(channel, secret, plain, here)
    base, _, topic = url.rstrip("/").rpartition("/")
    if not topic or not parts.path.strip("/"):
        raise ConfigError(f"{name} ({source}) names no topic: https://ntfy.sh/TOPIC")
    token = secrets[NTFY_TOKEN].secret if NTFY_TOKEN in secrets else None
    return Target(channel, Secret(base), plain, here, topic, token)
