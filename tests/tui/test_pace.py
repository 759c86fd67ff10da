"""How often the console paints, and what it says it has written."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from textual.app import App
from textual.driver import Driver

from atlas_tui.app import AtlasApp
from atlas_tui.glass.meter import Meter, metered, rate_text
from atlas_tui.pace import Pace
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.throttle import Throttle
from core.domain.snapshot import FeedState, Snapshot
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.hand_clock import HandClock
from tests.tui.snapshots_data import rich


def priced(snapshot: Snapshot, price: str) -> Snapshot:
    quote = replace(snapshot.quotes[0], price=Decimal(price))
    return replace(snapshot, quotes=(quote, *snapshot.quotes[1:]))


def screen_of(app: App[Any]) -> ConsoleScreen:
    found = app.screen_stack[1]
    assert isinstance(found, ConsoleScreen)
    return found


def paced(desk: FakeDesk, **options: Any) -> tuple[AtlasApp, HandClock]:
    """A console whose pace follows a clock moved by hand."""
    return console_over(desk, **options), HandClock()


def test_the_pace_is_the_frame_rate_until_nobody_has_typed_for_long_enough() -> None:
    clock = HandClock()
    pace = Pace(25, 10, clock)
    assert pace.interval_s == 0.04
    clock.now_s += 599
    assert not pace.slow
    clock.now_s += 1
    assert pace.interval_s == 1.0
    assert pace.typed()
    assert pace.interval_s == 0.04
    assert not pace.typed()


def test_zero_minutes_never_slow_down_and_zero_frames_paint_every_change() -> None:
    clock = HandClock()
    pace = Pace(0, 0, clock)
    clock.now_s += 1e9
    assert pace.interval_s == 0


async def test_a_flood_is_painted_at_the_frame_rate_the_first_change_at_once() -> None:
    clock, paints = HandClock(), []
    app = App[None]()
    async with app.run_test():
        throttle = Throttle(app, 0.1, lambda: paints.append(clock.now_s), clock)
        for _ in range(40):
            throttle.ask()
            clock.now_s += 0.01
        assert paints == pytest.approx([100.0, 100.1, 100.2, 100.3], abs=0.011)


async def test_a_paint_that_comes_late_does_not_delay_those_that_follow() -> None:
    clock, paints = HandClock(), []
    app = App[None]()
    async with app.run_test():
        throttle = Throttle(app, 0.1, lambda: paints.append(clock.now_s), clock)
        for after_s in (0.0, 0.13, 0.07, 0.1, 0.5, 0.1):
            clock.now_s += after_s
            throttle.ask()
        assert paints == pytest.approx([100.0, 100.13, 100.2, 100.3, 100.8, 100.9])


async def test_the_last_price_of_a_flood_stands_on_the_screen() -> None:
    desk = FakeDesk(rich())
    app = console_over(desk, fps=30)
    async with app.run_test(size=(120, 40)) as pilot:
        for cents in range(300):
            desk.publish(priced(desk.snapshot, f"{90_000 + cents}.5"))
            await asyncio.sleep(0)
        async with asyncio.timeout(10):
            while "90,299.5" not in shown(screen_of(app)):
                await pilot.pause()


async def test_the_last_of_a_flood_is_painted_too() -> None:
    paints: list[int] = []
    app = App[None]()
    async with app.run_test():
        throttle = Throttle(app, 0.05, lambda: paints.append(1))
        throttle.ask()
        throttle.ask()
        assert len(paints) == 1
        await asyncio.sleep(0.2)
        assert len(paints) == 2
        await asyncio.sleep(0.2)
        assert len(paints) == 2


async def test_a_throttle_with_slack_leaves_a_late_change_to_the_frame_that_comes_anyhow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, waits, paints = HandClock(), list[float](), list[float]()
    app = App[None]()
    async with app.run_test():
        throttle = Throttle(app, 0.2, lambda: paints.append(clock.now_s), clock, slack_s=0.05)
        throttle.ask()
        with monkeypatch.context() as patch:
            patch.setattr(asyncio.get_running_loop(), "call_later", lambda wait_s, _call: waits.append(wait_s))
            clock.now_s += 0.1
            throttle.ask()
            clock.now_s += 0.12
            throttle.ask()
    assert waits == pytest.approx([0.15])
    assert paints == pytest.approx([100.0, 100.22])


async def test_without_keys_the_console_slows_down_and_the_first_key_wakes_it() -> None:
    desk = FakeDesk(rich())
    app, clock = paced(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = screen_of(app)
        screen.pace = Pace(0, 10, clock)
        clock.now_s += 601
        desk.publish(priced(desk.snapshot, "90001.0"))
        await pilot.pause()
        desk.publish(priced(desk.snapshot, "90002.0"))
        await pilot.pause()
        assert "90,002.0" not in shown(screen)
        await pilot.press("j")
        await pilot.pause()
        assert "90,002.0" in shown(screen)


async def test_what_is_urgent_is_painted_at_once_while_nobody_is_there() -> None:
    desk = FakeDesk(rich())
    app, clock = paced(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = screen_of(app)
        screen.pace = Pace(0, 10, clock)
        clock.now_s += 601
        desk.publish(priced(desk.snapshot, "90001.0"))
        await pilot.pause()
        down = replace(desk.snapshot, link=replace(desk.snapshot.link, state=FeedState.DOWN))
        desk.publish(priced(down, "90003.0"))
        await pilot.pause()
        assert "90,003.0" in shown(screen)


async def test_a_quiet_market_changes_nothing_on_the_screen() -> None:
    desk = FakeDesk(rich())
    app = console_over(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        states = dict.fromkeys(desk.snapshot.link.states, FeedState.LIVE)
        link = replace(desk.snapshot.link, ages=dict.fromkeys(desk.snapshot.link.ages, 0.1), states=states)
        desk.publish(replace(desk.snapshot, link=link))
        await pilot.pause()
        screen = screen_of(app)
        before = [strip.text for strip in screen._compositor.render_strips()]
        for second in range(1, 4):
            ages = dict.fromkeys(desk.snapshot.link.ages, 0.3 * second)
            link = replace(desk.snapshot.link, age_s=0.1 * second, ages=ages)
            desk.publish(replace(desk.snapshot, at=desk.snapshot.at + timedelta(seconds=1), link=link))
            await pilot.pause()
        changed = [
            row for row, strip in zip(before, screen._compositor.render_strips(), strict=True) if row != strip.text
        ]
        assert changed == []


def test_the_meter_tells_the_rate_of_the_last_ten_seconds() -> None:
    clock = HandClock()
    meter = Meter(clock)
    meter.count("x" * 12_000)
    assert meter.text() == ""
    clock.now_s += 10
    assert meter.text() == "1.2 kB/s"
    meter.count("é" * 150)
    clock.now_s += 9
    assert meter.text() == "1.2 kB/s"
    clock.now_s += 1
    assert meter.text() == "0 B/s"
    assert meter.written == 12_300


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0, "0 B/s"), (49, "0 B/s"), (60, "100 B/s"), (280, "300 B/s"), (1234, "1.2 kB/s"), (23_900, "24 kB/s")],
)
def test_a_rate_is_told_in_few_characters(rate: float, text: str) -> None:
    assert rate_text(rate) == text


def test_every_write_of_the_driver_is_counted() -> None:
    class Deaf(Driver):
        written = ""

        def __init__(self) -> None:
            """No terminal."""

        def write(self, data: str) -> None:
            self.written += data

        def start_application_mode(self) -> None: ...

        def disable_input(self) -> None: ...

        def stop_application_mode(self) -> None: ...

    meter = Meter()
    driver = metered(Deaf, meter)()  # type: ignore[call-arg]
    driver.write("12345")
    assert isinstance(driver, Deaf)
    assert (driver.written, meter.written) == ("12345", 5)


async def test_the_status_bar_tells_what_goes_down_the_line() -> None:
    desk = FakeDesk(rich())
    app, clock = paced(desk)
    async with app.run_test(size=(160, 40)) as pilot:
        app.meter = Meter(clock)
        app.meter.count("x" * 5_000)
        clock.now_s += 10
        desk.publish(replace(desk.snapshot))
        await pilot.pause()
        assert "500 B/s" in shown(screen_of(app), "status")


def shown(screen: ConsoleScreen, name: str = "tickers") -> str:
    """The text of a block."""
    lines = screen.query_one(f"#{name}").shown  # type: ignore[attr-defined]
    return "\n".join("".join(cell.text for cell in line) for line in lines)
