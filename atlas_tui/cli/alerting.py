"""The outside of alerts, built of the settings: the outbox, and a way to each channel."""

from collections.abc import Mapping
from decimal import Decimal

from atlas_tui.cli.plan import DeskPlan
from core.adapters.alert_post import AlertPost
from core.adapters.ledger_outbox import LedgerOutbox
from core.alerts.outbox import AlertRules, Post
from core.alerts.policy import Channel
from core.config import Settings
from core.config.alert_rules import targets_of
from core.session.alerting import AlertPorts, Wake


def alert_rules(settings: Settings) -> AlertRules:
    """What these settings say of alerts."""
    return AlertRules(settings.alerts, settings.policy.tiers)


def alert_ports(plan: DeskPlan, increments: Mapping[str, Decimal]) -> AlertPorts:
    """What a desk needs to send alerts, as its settings have it at any moment. To be called on the desk's event loop.

    Args:
        plan: whose settings.
        increments: price increments by product id; may fill up later.

    Raises:
        ConfigError: the address of a channel is missing or not of its channel.
    """
    rules = alert_rules(plan.settings)
    ports = AlertPorts(rules, LedgerOutbox(plan.state, rules, increments), _posts(plan.settings), Wake())
    if plan.rules is not None:
        plan.rules.heard.append(lambda settings: ports.take(alert_rules(settings), _posts(settings)))
    return ports


def _posts(settings: Settings) -> dict[Channel, Post]:
    """The way to each channel; opens nothing yet."""
    targets = targets_of(settings.alerts, settings.secrets)
    return {channel: AlertPost(target) for channel, target in targets.items()}
