"""Alerts: that each channel has its address and can be reached, and that nothing waits or has failed. Sends nothing."""

import socket
import urllib.request
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from atlas_tui.cli.doctor.finding import Case, Finding, fail, unread, warn, well
from core.adapters.ledger_outbox import OutboxCount, outbox_counts
from core.config.alert_rules import Target, targets_of
from core.config.secrets import read_secrets
from core.domain.errors import AtlasError, ConfigError
from core.domain.text import one_line

_OPEN_S: Final = 4.0
_PORTS: Final = {"https": 443, "http": 80}


def look_at_alerts(case: Case) -> Sequence[Finding]:
    """Each channel's address and way out, and what became of the alerts so far."""
    if case.settings is None:
        return (unread("alerts"),)
    policy = case.settings.alerts
    try:
        targets = targets_of(policy, read_secrets(case.config, case.environ))
    except ConfigError as error:
        cure = f"write it into {case.config.parent / '.env'} (mode 0600); docs/alerts.md names each channel's secret"
        return (fail("alerts", str(error), cure),)
    found = [finding for target in targets.values() for finding in _way_to(target)]
    found += [finding for count in _counts(case) for finding in _told(count, count.channel in targets)]
    if found:
        return found
    if not targets:
        return (well("alerts", "off: alerts.channels is empty"),)
    return (well("alerts", f"{', '.join(targets)} can be reached; atlas alerts test sends a message"),)


def _way_to(target: Target) -> Sequence[Finding]:
    """Can a connection to the channel's host be opened? What is said does not name the host, which may be a secret."""
    parts = urlsplit(target.url.reveal())
    if not target.here and urllib.request.getproxies().get(parts.scheme):
        return ()
    try:
        with socket.create_connection((parts.hostname or "", parts.port or _PORTS[parts.scheme]), _OPEN_S):
            return ()
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "no answer"
        cure = "see to its address, this machine's network and firewall; then atlas alerts test sends a message"
        return (warn("alerts", f"{target.channel} cannot be reached: {one_line(why).lower()}; alerts wait", cure),)


def _counts(case: Case) -> Sequence[OutboxCount]:
    """What the ledger tells; one that cannot be read is a finding of its own check."""
    try:
        return outbox_counts(case.state) if case.state.ledger.exists() else ()
    except AtlasError:
        return ()


def _told(count: OutboxCount, is_wanted: bool) -> Sequence[Finding]:
    """Alerts of a channel that have failed, or wait: though they were tried, or for a channel that is gone."""
    found = []
    why = f": {count.reason}" if count.reason else ""
    if count.failed:
        cure = "atlas alerts pending tells which; once the cause is gone, atlas alerts retry puts them up again"
        found.append(warn("alerts", f"{count.failed} for {count.channel} failed{why}", cure))
    if count.waiting and not is_wanted:
        cure = f"name {count.channel} in alerts.channels again, or leave them: a desk gives them up after 24 h"
        found.append(warn("alerts", f"{count.waiting} wait for {count.channel}, which is no channel any more", cure))
    elif count.waiting and why and not count.failed:
        cure = "atlas alerts pending tells which; atlas alerts test tries the channel"
        found.append(warn("alerts", f"{count.waiting} wait for {count.channel}{why}", cure))
    return found
