"""Settings read again while the desk runs: all or nothing, also of what feed and scans must follow."""

from dataclasses import replace
from decimal import Decimal

from core.domain.errors import ConfigError
from core.domain.events import Level, Noted, PolicyChanged
from core.domain.facts import PositionClosed, PositionOpened
from core.domain.guards import GuardPolicy
from core.domain.policy import Policy
from core.ports import Reading
from core.session.replay import replay
from tests.builders import a_policy
from tests.fakes import ListStore, ListTape
from tests.session.rig import Rig

STRICT = a_policy(guards=GuardPolicy(losing_streak=1))
BOTH = a_policy(symbols=("BTC", "ETH"))


class ScriptedRules:
    """Reads what it is told to."""

    def __init__(self, policy: Policy, refusal: str = "") -> None:
        self.policy = policy
        self.refusal = refusal
        self.taken: list[Policy] = []

    def read(self) -> Reading:
        if self.refusal:
            raise ConfigError(self.refusal)
        return Reading(self.policy, "settings read again: as told", True)

    def take(self, reading: Reading) -> None:
        self.taken.append(reading.policy)


async def reloaded(rig: Rig) -> Noted:
    """Have the settings read again; what the desk says of it."""
    rig.session.reload()
    await rig.session.reloaded()
    return [note for note in rig.session._shell.desk.state.log if note.topic == "settings"][-1]


async def test_a_recording_repeats_what_was_decided_before_and_after_the_rules_changed() -> None:
    tape, rules = ListTape(), ScriptedRules(a_policy(risk=replace(a_policy().risk, risk_pct=Decimal("0.001"))))
    async with Rig(tape=tape, rules=rules).running() as rig:
        await rig.armed()
        said = await reloaded(rig)
        assert (said.level, said.text) == (Level.INFO, "settings read again: as told")
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.kept(PositionOpened)))
        rig.feed.say("98.9")
        await rig.until(lambda: bool(rig.kept(PositionClosed)))
    again = ListStore()
    replay(tape, again)
    assert [type(entry) for entry in tape.kept].count(PolicyChanged) == 1
    assert again.kept == rig.store.kept
    (opened,) = rig.kept(PositionOpened)
    assert isinstance(opened, PositionOpened) and opened.position.risk_usd == 1


async def test_a_file_that_is_refused_changes_nothing_and_is_told_with_its_sentence() -> None:
    rules = ScriptedRules(STRICT, "atlas.toml, line 3: guards.losing_streak: -1 is not allowed")
    async with Rig(rules=rules).running() as rig:
        await rig.armed()
        said = await reloaded(rig)
        assert said.level is Level.WARN
        assert said.text == f"{rules.refusal}; all settings stay as they were"
        assert (rig.session.snapshot.policy, rules.taken) == (a_policy(), [])


async def test_with_a_symbol_that_cannot_leave_nothing_else_is_taken_either() -> None:
    rules = ScriptedRules(replace(STRICT, symbols=("ETH",)))
    async with Rig(listed=("BTC", "ETH"), rules=rules).running() as rig:
        await rig.armed()
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.kept(PositionOpened)))
        assert "symbols must keep BTC: a position is open" in (await reloaded(rig)).text
        assert (rig.session.snapshot.policy, rules.taken) == (a_policy(), [])


async def test_a_new_symbol_is_listed_subscribed_to_and_scanned_at_once() -> None:
    async with Rig(listed=("BTC", "ETH"), rules=ScriptedRules(BOTH)).running() as rig:
        await rig.armed()
        await reloaded(rig)
        await rig.until(lambda: "ETH-PERP-INTX" in rig.feed.asked[-1])
        rig.feed.say(200, "ETH")
        prices = {}

        def priced() -> bool:
            prices.update({quote.symbol: quote.price for quote in rig.session.snapshot.quotes})
            return prices.get("ETH") == 200

        await rig.until(priced)
        await rig.until(lambda: {key.symbol for key in rig.session._shell.desk.state.scanned} == {"BTC", "ETH"})
        assert set(prices) == {"BTC", "ETH"}


async def test_a_symbol_taken_out_is_no_longer_listened_to_also_when_none_stays() -> None:
    rules = ScriptedRules(a_policy(symbols=("ETH",)))
    async with Rig(listed=("BTC", "ETH"), rules=rules).running() as rig:
        await rig.armed()
        await reloaded(rig)
        rig.feed.say(101)
        await rig.until(lambda: rig.feed.asked[-1] == ("ETH-PERP-INTX",))
        await rig.until(lambda: {key.symbol for key in rig.session._shell.desk.state.scanned} == {"ETH"})
        await rig.until(lambda: [quote.symbol for quote in rig.session.snapshot.quotes] == ["ETH"])
        assert not [note for note in rig.session.snapshot.log if note.level is Level.ERROR]


async def test_rules_that_change_while_a_scan_runs_make_it_begin_anew() -> None:
    rules = ScriptedRules(a_policy(symbols=("ETH",)))
    async with Rig(listed=("BTC", "ETH"), rules=rules).running() as rig:
        await rig.armed()
        rig.venue.hold()
        asked = len(rig.venue.asked)
        rig.clock.move(900)
        rig.session.scan_now()
        await rig.until(lambda: rig.session._shell.link.loading.startswith("scanning"))
        await reloaded(rig)
        rig.venue.go_on()
        await rig.until(lambda: {key.symbol for key in rig.session._shell.desk.state.scanned} == {"ETH"})
        assert len(rig.venue.asked) > asked
        assert not [note for note in rig.session.snapshot.log if note.level is Level.ERROR]


async def test_a_desk_without_settings_says_so() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        assert (await reloaded(rig)).text == "this desk has no settings to read again"
