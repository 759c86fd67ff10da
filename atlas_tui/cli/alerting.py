"""The outside of alerts, built of the settings: the outbox, and a way to each channel."""

from collections.abc import Mapping
from decimal import Decimal

from atlas_tui.cli.plan import DeskPlan
from core.adapters.alert_post import AlertPost
from core.adapters.ledger_outbox import LedgerOutbox
from core.alerts.policy import Channel
from core.config.alert_rules import Target
from core.session.alerting import AlertPorts, Wake


def alert_ports(
    plan: DeskPlan, targets: Mapping[Channel, Target], increments: Mapping[str, Decimal]
) -> AlertPorts | None:
    """What a desk needs to send alerts; None where nothing is to be sent. To be called on the desk's event loop.

    Args:
        plan: whose settings.
        targets: the address of each channel.
        increments: price increments by product id; may fill up later.
    """
    policy = plan.settings.alerts
    if not policy.channels:
        return None
    outbox = LedgerOutbox(plan.state, policy, plan.settings.policy.tiers, increments)
    return AlertPorts(policy, outbox, {channel: AlertPost(target) for channel, target in targets.items()}, Wake())
