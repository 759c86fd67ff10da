from hypothesis import given
from hypothesis import strategies as st

from core.adapters.liveness import ASKS, RENEW_S, Heard, Liveness, Verdict

BOTH = frozenset({"A", "B"})
NONE = Verdict()


def heard(last_s: float, a: float | None = None, b: float | None = None, served: frozenset[str] = BOTH) -> Heard:
    ticked = {name: at for name, at in (("A", a), ("B", b)) if at is not None}
    return Heard(last_s, ticked, BOTH, served)


def test_silence_of_everything_for_longer_than_fifteen_seconds_gives_up() -> None:
    judge = Liveness(15.0, 100.0, {}).judge
    assert judge(heard(0.0), 115.0) == NONE
    assert judge(heard(0.0), 115.6).give_up == "no message for 16 s"


def test_a_product_that_falls_silent_is_asked_for_again_every_fifteen_seconds() -> None:
    judge = Liveness(15.0, 0.0, {}).judge
    assert judge(heard(20, 20, 4), 20).ask == {"B"}
    assert judge(heard(30, 30, 4), 30) == NONE
    assert judge(heard(36, 36, 4), 36).ask == {"B"}


def test_heartbeats_without_any_price_are_asked_for_and_then_given_up() -> None:
    judge = Liveness(15.0, 0.0, {}).judge
    assert judge(heard(16), 16).ask == BOTH
    assert judge(heard(20), 20) == NONE
    assert judge(heard(22), 22).give_up.startswith("heartbeats but no prices")


def test_one_product_that_stays_silent_costs_one_connection_an_hour() -> None:
    renewed: dict[str, float] = {}
    for begins, given_up in ((0.0, True), (500.0, False), (RENEW_S + 100.0, True)):
        judge = Liveness(15.0, begins, renewed).judge
        verdicts = [judge(heard(begins + s, begins + s, None), begins + s) for s in range(1, 200)]
        assert any(verdict.give_up.startswith("no price of B") for verdict in verdicts) is given_up
        assert sum(bool(verdict.ask) for verdict in verdicts) >= ASKS


def test_what_the_venue_does_not_serve_is_asked_for_but_never_given_up_for() -> None:
    judge = Liveness(15.0, 0.0, {}).judge
    verdicts = [judge(heard(s, s, None, frozenset({"A"})), s) for s in range(1, 300)]
    assert not any(verdict.give_up for verdict in verdicts)
    assert sum(verdict.ask == {"B"} for verdict in verdicts) > 10


@given(st.lists(st.tuples(st.floats(0.1, 14.0), st.sampled_from(["A", "B"])), max_size=80))
def test_a_connection_on_which_every_product_is_heard_in_time_is_never_touched(
    ticks: list[tuple[float, str]],
) -> None:
    liveness, now = Liveness(15.0, 0.0, {}), 0.0
    ticked = {"A": 0.0, "B": 0.0}
    for pause, product in ticks:
        now += pause
        ticked[product] = now
        if now - min(ticked.values()) < 15.0:
            assert liveness.judge(Heard(now, dict(ticked), BOTH, BOTH), now) == NONE
        else:
            ticked = {"A": now, "B": now}
