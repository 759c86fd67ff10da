"""The desk in numbers for Prometheus, by its own client library; names and units as that community writes them.

Prometheus knows floats only, so money is a float here and nowhere else: to watch, not to reckon with.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from core.adapters.api.watch import Watch
from core.domain.snapshot import FeedState, Snapshot

MEDIA: Final = CONTENT_TYPE_LATEST
COUNTED: Final = {
    "signals": "Completed patterns found.",
    "setups": "Setups found.",
    "fills": "Entries and exits filled, on paper.",
    "refusals": "Entries refused.",
    "trades": "Trades closed.",
}
"""What the ledger counts, by name, with its meaning."""


def exposition(watch: Watch, snapshot: Snapshot, counts: Mapping[str, int] | None, now_s: float) -> bytes:
    """The text Prometheus reads.

    Args:
        watch: what was counted since the start.
        snapshot: the newest picture.
        counts: what the ledger holds, by the names of COUNTED; None where it cannot be read.
        now_s: real monotonic seconds.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told([*_desk(watch, snapshot, now_s), *_feed(snapshot), *_money(snapshot), *_ledger(counts)]))
    return generate_latest(registry)


class _Told(Collector):
    """Families that are known already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _desk(watch: Watch, snapshot: Snapshot, now_s: float) -> Iterator[Metric]:
    yield _gauge("atlas_desk_silence_seconds", "Since the desk's last picture.", max(0.0, now_s - watch.heard_s))
    yield _gauge("atlas_loop_lag_seconds", "How late the desk's event loop was.", watch.lag_s)
    yield _gauge("atlas_loop_lag_max_seconds", "How late it was at its worst since the start.", watch.lag_most_s)
    yield _counter("atlas_scans", "Scans finished since the start.", watch.scans)
    yield _counter("atlas_errors", "Errors in the log since the start.", watch.errors)
    yield _gauge("atlas_unsaved_facts", "Facts the ledger does not hold yet.", snapshot.link.unsaved)
    yield _gauge("atlas_to_review", "Setups and signals that wait for a verdict.", len(snapshot.inbox))


def _feed(snapshot: Snapshot) -> Iterator[Metric]:
    link = snapshot.link
    if link.age_s is not None:
        yield _gauge("atlas_feed_age_seconds", "Since the feed's last message.", link.age_s)
    yield _gauge("atlas_feed_messages_per_second", "Messages of late.", link.rate)
    yield _gauge("atlas_clock_skew_seconds", "The venue's clock against this machine's.", link.clock_skew_s)
    state = GaugeMetricFamily("atlas_feed_state", "1 for the state the feed is in.", labels=["state"])
    for one in FeedState:
        state.add_metric([one.value], float(one is link.state))
    yield state
    ages = GaugeMetricFamily("atlas_price_age_seconds", "Since a symbol's last price.", labels=["symbol"])
    for symbol, age_s in link.ages.items():
        ages.add_metric([symbol], age_s)
    yield ages
    counted = CounterMetricFamily("atlas_feed_events", "What the feed counts, by name.", labels=["event"])
    for name, count in link.counters.items():
        counted.add_metric([name], count)
    yield counted


def _money(snapshot: Snapshot) -> Iterator[Metric]:
    account = snapshot.account
    amounts = {
        "equity": account.equity,
        "balance": account.balance,
        "unrealised": account.unrealised,
        "day_net": account.day_net,
        "reserved": account.reserved,
    }
    for name, amount in amounts.items():
        yield _gauge(f"atlas_{name}_usd", f"The paper account's {name.replace('_', ' ')}.", float(amount))
    yield _gauge("atlas_open_positions", "Open positions.", len(snapshot.positions))


def _ledger(counts: Mapping[str, int] | None) -> Iterator[Metric]:
    yield _gauge("atlas_ledger_readable", "1 where the ledger could be read.", float(counts is not None))
    for name, count in (counts or {}).items():
        yield _counter(f"atlas_{name}", COUNTED[name], count)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value)


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(name, meaning, value)
