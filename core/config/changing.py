"""Settings read again while a desk runs: which of the new values can be taken, and which wait for a restart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import msgspec

from core.config.alert_rules import ALERT_SECRETS
from core.config.settings import Settings
from core.config.toml_text import toml_value

LOOKS: Final = ("theme", "zone", "flash", "fps", "slow_after_min", "bell", "osc9")
"""Of `[ui]`: what a console that runs can take; mask, mouse and plain characters it is built with."""
LIVE: Final = (
    *("symbols", "filters.", "account.risk_pct", "account.max_leverage", "account.max_notional", "fees.", "tiers."),
    *("maintenance.", "funding.", "margin.", "review.", "guards.", "alerts.", "keys", "keys."),
    *(f"ui.{name}" for name in LOOKS),
    *("retention.ledger_mb", "retention.log_mb", "retention.backups", "retention.archive"),
    *("retention.alerts", "retention.alerts_days"),
)
"""Keys, and beginnings of keys, that a running desk takes; every other one is built into it when it starts."""
_MOST: Final = 60
"""Characters of a value that are told."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a second reading of the settings comes to.

    Attributes:
        settings: those that would hold: the new ones where a running desk can take them, else the old ones.
        taken: keys whose value is another one, each with it.
        waiting: keys whose new value waits for a restart.
        moved: names of secrets of alerts that are others now, or gone.
    """

    settings: Settings
    taken: Mapping[str, Any]
    waiting: tuple[str, ...]
    moved: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        """Is there anything to take?"""
        return bool(self.taken or self.moved)

    @property
    def what(self) -> str:
        """In one sentence."""
        told = [_told(key, value) for key, value in self.taken.items()] + [f"another {name}" for name in self.moved]
        now = f"now {', '.join(told)}" if told else "nothing to take"
        later = f"; after a restart: {', '.join(self.waiting)}" if self.waiting else ""
        return f"settings read again: {now}{later}"


def change_to(running: Settings, fresh: Settings) -> Change:
    """What would change of the running settings."""
    taken, waiting = {}, []
    for key in dict.fromkeys((*fresh.values, *running.values)):
        value = fresh.values.get(key)
        if value == running.values.get(key):
            continue
        if is_live(key):
            taken[key] = value
        else:
            waiting.append(key)
    moved = [name for name in ALERT_SECRETS if running.secrets.get(name) != fresh.secrets.get(name)]
    return Change(_held(running, fresh), MappingProxyType(taken), tuple(waiting), tuple(moved))


def is_live(key: str) -> bool:
    """Can a running desk take another value of this key?"""
    return any(key == live or (live.endswith(".") and key.startswith(live)) for live in LIVE)


def _held(running: Settings, fresh: Settings) -> Settings:
    """The running settings with what can be taken of the fresh ones."""
    policy = replace(fresh.policy, start_balance=running.policy.start_balance, prices=running.policy.prices)
    return replace(
        running,
        policy=policy,
        retention=msgspec.structs.replace(fresh.retention, recordings_mb=running.retention.recordings_mb),
        ui=msgspec.structs.replace(running.ui, **{name: getattr(fresh.ui, name) for name in LOOKS}),
        keys=fresh.keys,
        alerts=fresh.alerts,
        secrets=MappingProxyType(
            {name: found for name, found in running.secrets.items() if name not in ALERT_SECRETS}
            | {name: found for name, found in fresh.secrets.items() if name in ALERT_SECRETS}
        ),
        values=MappingProxyType(_merged(running.values, fresh.values)),
        sources=MappingProxyType(_merged(running.sources, fresh.sources)),
    )


def _merged(running: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_of(fresh, live=True)) | dict(_of(running, live=False))


def _of(values: Mapping[str, Any], live: bool) -> Iterable[tuple[str, Any]]:
    return ((key, value) for key, value in values.items() if is_live(key) is live)


def _told(key: str, value: object) -> str:
    if value is None:
        return f"{key} as if it were not written"
    text = toml_value(value)
    return f"{key} = {text if len(text) <= _MOST else text[: _MOST - 1] + '…'}"
