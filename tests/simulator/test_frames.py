"""Recorded frames: replayed word for word, with candles rolled from them and a past from the model."""

import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from core.domain.errors import CandleFileError
from core.simulator.frames import FrameProduct, frames_of, read_frames
from core.simulator.market import Market, frames_market

AT = 1_775_337_300  # 2026-04-04T21:15:00Z


def line(seconds: int, price: object, product_id: str = "BTC-USD", volume: str = "100") -> str:
    ticker = {"type": "ticker", "product_id": product_id, "price": price, "volume_24_h": volume}
    stamp = f"2026-04-04T21:{15 + seconds // 60:02d}:{seconds % 60:02d}.123456789Z"
    event = {"type": "update", "tickers": [ticker]}
    return json.dumps({"channel": "ticker", "timestamp": stamp, "sequence_num": seconds, "events": [event]})


def market(folder: Path, *lines: str) -> Market:
    path = folder / "frames.jsonl"
    path.write_text("\n".join(lines))
    return frames_market(path, 0, None)


def only(sold: Market, product_id: str = "BTC-USD") -> FrameProduct:
    product = sold.products[product_id]
    assert isinstance(product, FrameProduct)
    return product


def test_every_recorded_ticker_is_told_once_and_word_for_word(tmp_path: Path) -> None:
    sold = market(tmp_path, *(line(n, f"{67000 + n}") for n in range(10)))
    edges = [sold.start - 1, sold.start + 2, sold.start + 2.5, sold.start + 60]
    told = [body for after, until in pairwise(edges) for _, body in only(sold).ticks(after, until)]
    assert [body["price"] for body in told] == [f"{67000 + n}" for n in range(10)]
    assert told[3] == json.loads(line(3, "67003"))["events"][0]["tickers"][0]


def test_candles_are_rolled_from_the_frames(tmp_path: Path) -> None:
    sold = market(tmp_path, *(line(n, p) for n, p in ((0, "67000"), (5, "67010.5"), (20, "66990"), (59, "67001"))))
    newest = only(sold).candles(60, AT, AT, AT + 100)[0]
    assert (newest["open"], newest["high"], newest["low"], newest["close"]) == ("67000", "67010.5", "66990", "67001")


def test_the_model_s_past_joins_the_first_recorded_price(tmp_path: Path) -> None:
    product = only(market(tmp_path, *(line(n, "67000") for n in range(0, 600, 20))))
    rows = product.candles(900, AT - 900 * 20, AT, AT + 600)[::-1]
    assert len(rows) == 21
    assert abs(Decimal(str(rows[-2]["close"])) - 67000) < 67
    assert all(
        abs(Decimal(str(b["open"])) / Decimal(str(a["close"])) - 1) < Decimal("0.001") for a, b in pairwise(rows)
    )


def test_minutes_without_frames_are_absent(tmp_path: Path) -> None:
    product = only(market(tmp_path, line(0, "67000"), line(190, "67010")))
    assert [int(str(c["start"])) - AT for c in product.candles(60, AT, AT + 300, AT + 240)] == [180, 0]


def test_between_frames_the_ticker_is_quiet(tmp_path: Path) -> None:
    sold = market(tmp_path, line(0, "67000"), line(50, "67010"))
    assert only(sold).between_ticks(sold.start + 20) == []
    assert sold.end == pytest.approx(sold.start + 50)


def test_lines_that_are_no_ticker_frames_are_passed_over() -> None:
    bad_prices: list[object] = ["NaN", "", "-1", None, 5, "1e400", "0"]
    lines = ["", "{", "[]", "7", '{"type":"error"}', '{"channel":"heartbeats"}', '{"channel":"ticker","events":[{}]}']
    lines += [line(n, price) for n, price in enumerate(bad_prices)]
    assert frames_of(lines) == {}
    assert frames_of([*lines, line(9, "1")])["BTC-USD"].bodies[0]["price"] == "1"


def test_time_never_runs_backwards() -> None:
    times = frames_of([line(30, "1"), line(10, "2"), line(40, "3")])["BTC-USD"].times
    assert times == sorted(times)


def test_a_file_without_frames_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CandleFileError, match="no line of it"):
        market(tmp_path, "nothing")
    with pytest.raises(CandleFileError, match="No such file"):
        read_frames(tmp_path / "missing.jsonl")


def test_the_real_recording_is_replayed_whole(data_dir: Path) -> None:
    path = data_dir / "ws" / "coinbase_advanced_ticker_BTC-USD_20260404T2113Z.jsonl"
    sold = frames_market(path, 0, None)
    product = only(sold)
    assert sold.end is not None
    told = [str(body["price"]) for _, body in product.ticks(sold.start - 1, sold.end)]
    recorded = [json.loads(text)["events"][0]["tickers"][0]["price"] for text in path.read_text().splitlines()]
    assert told == recorded
    ten = product.candles(60, int(sold.start), int(sold.end), sold.end)
    assert max(Decimal(str(c["high"])) for c in ten) == max(Decimal(price) for price in recorded)
    assert product.record(sold.end)["price"] == recorded[-1]


def test_every_product_of_a_recording_is_sold(data_dir: Path) -> None:
    sold = frames_market(data_dir / "ws" / "coinbase_advanced_frames_BTC-PERP-INTX_20260905.jsonl", 0, None)
    assert list(sold.products) == ["BTC-PERP-INTX"]
