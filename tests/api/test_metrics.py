"""What Prometheus reads is what the desk shows."""

from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from core.adapters.api.metrics import COUNTED, MEDIA, exposition
from core.adapters.api.watch import Watch
from tests.api.rig import Served

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: bytes) -> Samples:
    """Every sample by its name and labels, as the client library's own parser reads it."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_money_and_counts_are_those_of_the_picture_and_the_ledger(served: Served) -> None:
    answer = served.get("/metrics")
    assert answer.headers["content-type"] == MEDIA
    told, account = samples(answer.body), served.desk.snapshot().account
    assert told["atlas_equity_usd", ()] == float(account.equity)
    assert told["atlas_balance_usd", ()] == float(account.balance)
    assert told["atlas_open_positions", ()] == len(served.desk.snapshot().positions) == 1
    totals = {name: served.get(f"/{name}").json["total"] for name in ("signals", "trades")}
    assert {name: told[f"atlas_{name}_total", ()] for name in totals} == totals
    assert told["atlas_fills_total", ()] == 2 * totals["trades"] + 1
    with served.desk.books.reader() as reader:
        assert told["atlas_refusals_total", ()] == len(reader.refusals()) > 0
        assert set(reader.counts()) == set(COUNTED)


def test_the_feed_is_in_one_state_and_its_counters_have_names(served: Served) -> None:
    shown = served.desk.snapshot()
    link = replace(shown.link, age_s=1.5, ages={"BTC": 0.5}, counters={"bad frames": 3}, unsaved=2)
    watch = Watch(heard_s=10.0, scans=4, errors=5, lag_s=0.25, lag_most_s=0.5)
    told = samples(exposition(watch, replace(shown, link=link), None, 12.0))
    states = {labels: value for (name, labels), value in told.items() if name == "atlas_feed_state"}
    assert [labels for labels, value in states.items() if value == 1] == [(("state", link.state.value),)]
    assert told["atlas_feed_age_seconds", ()] == 1.5
    assert told["atlas_price_age_seconds", (("symbol", "BTC"),)] == 0.5
    assert told["atlas_feed_events_total", (("event", "bad frames"),)] == 3
    named = {"desk_silence_seconds": 2, "loop_lag_seconds": 0.25, "loop_lag_max_seconds": 0.5}
    named |= {"scans_total": 4, "errors_total": 5, "unsaved_facts": 2, "ledger_readable": 0}
    assert {name: told[f"atlas_{name}", ()] for name in named} == named
