"""Settings: one frozen tree, read once, handed on."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from core.alerts.policy import AlertKind, AlertPolicy
from core.config.alert_rules import alerts_of
from core.config.allowed import WEEKDAYS
from core.config.api_rules import Token, check_api
from core.config.places import default_config_path, named_config_path, state_dir_of
from core.config.program_sections import (
    LIVE_REST,
    ApiSection,
    DeskSection,
    RetentionSection,
    UiSection,
    VenueSection,
)
from core.config.reading import Known, Layers, defaults
from core.config.review_rules import known_symbols, review_of, rule_of
from core.config.schema import SettingsFile
from core.config.secrets import Found, read_secrets
from core.config.words import PRESETS, is_loopback
from core.domain.calendar import MaintenanceWindow, TierWindow
from core.domain.errors import ConfigError
from core.domain.guards import GuardPolicy
from core.domain.levels import FilterPolicy
from core.domain.leverage import TierPolicy
from core.domain.margin import FundingPolicy, MarginPolicy
from core.domain.policy import FeePolicy, Policy, PricePolicy
from core.domain.sizing import RiskPolicy


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; it wins over the file and over the presets.

    Attributes:
        config: `--config`; the file must then exist.
        state_dir: `--state-dir`.
        preset: `--preset`, a name of PRESETS, or empty.
        options: values by dotted key, e.g. `venue.rest`, with the name of the option that gave them.
        apart: tables of the file that are not settings and are read by somebody else.
    """

    config: Path | None = None
    state_dir: Path | None = None
    preset: str = ""
    options: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person may set, as it holds for this run.

    Attributes:
        policy: the rules handed to the desk.
        venue: addresses and the order of listings.
        ui: what the console looks like.
        retention: how much of the disk is kept.
        api: the desk over HTTP.
        desk: the desk as a process.
        alerts: what is sent to a person who is not at a console, and when.
        keys: key by action id, only where it differs from the console's own.
        preset: the preset in force, or empty.
        config_path: the file that was read, or would be.
        state_dir: where the ledger and the log belong.
        values: every value by dotted key.
        sources: by the same keys: default, file, preset NAME, or the option's name.
        secrets: those that are set, by name; they are in no value of the settings file.
    """

    policy: Policy
    venue: VenueSection
    ui: UiSection
    retention: RetentionSection
    api: ApiSection
    desk: DeskSection
    alerts: AlertPolicy
    keys: Mapping[str, str]
    preset: str
    config_path: Path
    state_dir: Path
    values: Mapping[str, Any]
    sources: Mapping[str, str]
    secrets: Mapping[str, Found]

    def check_venue(self) -> None:
        """A desk needs both halves of one venue.

        Raises:
            ConfigError: one address is of this machine and the other is not.
        """
        if is_loopback(self.venue.rest) != is_loopback(self.venue.ws):
            raise ConfigError(
                f"REST {self.venue.rest} and websocket {self.venue.ws} are not the same venue: "
                "give --rest and --ws together, both on this machine or neither"
            )

    def check_api(self) -> Token | None:
        """What is served must be safe to serve; nothing is checked while the API is off.

        Returns:
            The token a person has set, if one is needed and set.

        Raises:
            ConfigError: it would be open to other machines, or its token is no good.
        """
        return check_api(self.api, self.secrets) if self.api.enabled else None

    @property
    def is_live(self) -> bool:
        """Is this Coinbase itself?"""
        return self.venue.rest == LIVE_REST


SecretsReader = Callable[[Path, Mapping[str, str]], Mapping[str, Found]]


def no_secrets(path: Path, environ: Mapping[str, str]) -> Mapping[str, Found]:
    """For who only asks what the settings are: a key file that is refused does not refuse them."""
    return {}


def load_settings(
    request: Request | None = None,
    environ: Mapping[str, str] = os.environ,
    known: Known | None = None,
    secrets: SecretsReader = read_secrets,
) -> Settings:
    """Read the settings: defaults, then the file, then the preset, then the options.

    Args:
        request: what the command line asks for.
        environ: ATLAS_CONFIG and ATLAS_STATE_DIR are looked at, and what `read_secrets` names.
        known: the console's words, to check theme and keys against.
        secrets: reads them, from beside the settings file among others.

    Raises:
        ConfigError: one sentence with file, line, key, allowed range or nearest key.
    """
    asked = request or Request()
    layers = defaults(known or Known())
    path = _lay_file(layers, asked, environ)
    if asked.preset:
        _lay_preset(layers, asked.preset)
    for key, (source, value) in asked.options.items():
        layers.put(key, value, source)
    _check_together(layers)
    return _settings(layers, asked.preset, path, state_dir_of(asked.state_dir, environ), secrets(path, environ))


def _lay_file(layers: Layers, asked: Request, environ: Mapping[str, str]) -> Path:
    path = asked.config or named_config_path(environ)
    if path.is_file():
        layers.put_file(path, asked.apart)
    elif path != default_config_path():
        raise ConfigError(f"{path}: there is no such settings file; atlas config init writes one")
    return path


def _lay_preset(layers: Layers, name: str) -> None:
    if name not in PRESETS:
        raise ConfigError(f"preset {name!r} is unknown; there is {', '.join(sorted(PRESETS))}")
    for key, value in PRESETS[name].items():
        layers.put(key, value, f"preset {name}")


def _check_together(layers: Layers) -> None:
    """What no value can be judged on alone."""
    value = layers.values
    if value["tiers.closes"] >= value["tiers.opens"]:
        raise layers.refuse("tiers.closes", "must be earlier in the day than tiers.opens")
    if value["tiers.deadline"] > value["tiers.closes"]:
        raise layers.refuse("tiers.deadline", "must not be later than tiers.closes")
    if value["maintenance.opens"] >= value["maintenance.closes"]:
        raise layers.refuse("maintenance.closes", "must be later than maintenance.opens")
    _check_review(layers)
    for key in (key for key in value if key.startswith("alerts.severity.")):
        if key.removeprefix("alerts.severity.") not in list(AlertKind):
            raise layers.refuse(key, f"is no kind of alert; there are {', '.join(AlertKind)}")


def _check_review(layers: Layers) -> None:
    """Review rules name known things; a reason hangs on one key."""
    tiers = [key.removeprefix("tiers.intraday.") for key in layers.values if key.startswith("tiers.intraday.")]
    symbols = known_symbols(layers.values["symbols"], tiers)
    for key, value in layers.values.items():
        if key.startswith("review.policy."):
            try:
                rule_of(key.removeprefix("review.policy."), value, symbols)
            except ValueError as error:
                raise layers.refuse(key, str(error)) from error
        elif key.startswith("review.reasons.") and len(key.removeprefix("review.reasons.")) != 1:
            raise layers.refuse(key, 'a reason hangs on one key, as in n = "news"')


def _settings(layers: Layers, preset: str, path: Path, state_dir: Path, secrets: Mapping[str, Found]) -> Settings:
    tree = msgspec.convert(layers.tree(), SettingsFile)
    return Settings(
        policy=policy_of(tree),
        venue=msgspec.structs.replace(tree.venue, rest=tree.venue.rest.rstrip("/")),
        ui=tree.ui,
        retention=tree.retention,
        api=tree.api,
        desk=tree.desk,
        alerts=alerts_of(tree.alerts),
        keys=MappingProxyType(dict(tree.keys)),
        preset=preset,
        config_path=path,
        state_dir=state_dir,
        values=MappingProxyType(dict(layers.values)),
        sources=MappingProxyType(dict(layers.sources)),
        secrets=MappingProxyType(dict(secrets)),
    )


def varied(settings: Settings, changes: Iterable[tuple[str, Any]], source: str) -> Policy:
    """The desk's rules with some values laid over them, each checked as an option's is.

    Args:
        settings: what lies below.
        changes: key and value, as TOML has them.
        source: who lays them, for an error.

    Raises:
        ConfigError: an unknown key, with the nearest known one, or a value that is not allowed.
    """
    layers = Layers(values=dict(settings.values), sources=dict(settings.sources))
    for key, value in changes:
        layers.put(key, value, source)
    _check_together(layers)
    return policy_of(msgspec.convert(layers.tree(), SettingsFile))


def policy_of(tree: SettingsFile) -> Policy:
    """The desk's rules as these settings have them."""
    account, tiers, hour, margin = tree.account, tree.tiers, tree.maintenance, tree.margin
    guards = msgspec.structs.asdict(tree.guards)
    return Policy(
        symbols=tree.symbols,
        start_balance=account.start_balance,
        filters=FilterPolicy(**msgspec.structs.asdict(tree.filters)),
        risk=RiskPolicy(account.risk_pct, account.max_leverage, max_notional=account.max_notional),
        tiers=TierPolicy(
            TierWindow(tiers.opens, tiers.closes, tiers.deadline),
            MappingProxyType(dict(tiers.intraday)),
            MappingProxyType(dict(tiers.swing)),
            tiers.unknown,
        ),
        margin=MarginPolicy(margin.basis, margin.intx, MappingProxyType(dict(margin.maintenance)), margin.unknown),
        funding=FundingPolicy(**msgspec.structs.asdict(tree.funding)),
        fees=FeePolicy(**msgspec.structs.asdict(tree.fees)),
        prices=PricePolicy(spike_pct=tree.prices.spike_pct),
        maintenance=MaintenanceWindow(WEEKDAYS.index(hour.weekday), hour.opens, hour.closes),
        review=review_of(tree.review, known_symbols(tree.symbols, tiers.intraday)),
        guards=GuardPolicy(cool_down_s=guards.pop("cool_down_min") * 60, **guards),
    )
