"""Review rules out of their short writing: `SOL 15m SHORT`, tokens in any order."""

import difflib
import re
from collections.abc import Collection, Mapping

from core.config.allowed import SYMBOL
from core.config.policy_sections import ReviewSection
from core.domain.patterns import Side
from core.domain.review import ReviewPolicy, ReviewRule, Stance
from core.domain.timeframes import SCANNED, Timeframe

_SIDES = {side.value.upper(): side for side in Side}
_TIMEFRAMES: dict[str, Timeframe] = {str(timeframe).upper(): timeframe for timeframe in SCANNED}
_PATTERNS = {name.upper(): name for name in
             ("2U-1-?", "2D-1-?", "3-1-?", "2U-?", "2D-?", "3-?", "3-2U-?", "3-2D-?")}  # fmt: skip


_NO_SYMBOL = re.compile(r"\d+[A-Z]?(-.*)?")
"""What looks like a timeframe or a pattern: `15N`, `3-2`."""
_TOO_NEAR = 0.75
"""A token so like a side, a timeframe or a pattern was meant as one."""


def rule_of(text: str, stance: Stance, symbols: Collection[str]) -> ReviewRule:
    """A rule from its tokens: at most one each of symbol, timeframe, pattern and side, at least one in all.

    A symbol need not be watched: the rule waits for the day it is.

    Raises:
        ValueError: one sentence, with the nearest known token where one is unknown.
    """
    found: dict[str, object] = {}
    kinds: dict[str, Mapping[str, object]] = {
        "symbol": {symbol.upper(): symbol for symbol in symbols},
        "timeframe": _TIMEFRAMES,
        "pattern": _PATTERNS,
        "side": _SIDES,
    }
    for token in text.split():
        kind = next((name for name, words in kinds.items() if token.upper() in words), "")
        if not kind:
            kind, kinds["symbol"] = "symbol", {**kinds["symbol"], token.upper(): _other_symbol(token, kinds)}
        if kind in found:
            raise ValueError(f"names two {kind}s, {_written(found[kind])} and {token}: write two rules")
        found[kind] = kinds[kind][token.upper()]
    if not found:
        raise ValueError("names no symbol, timeframe, pattern or side")
    return ReviewRule(stance, **found)  # type: ignore[arg-type]  # each kind's words map to its own type


def review_of(section: ReviewSection, symbols: Collection[str]) -> ReviewPolicy:
    """The section as the desk's policy. Raises ValueError as `rule_of` does."""
    return ReviewPolicy(
        default=section.default,
        rules=tuple(rule_of(text, stance, symbols) for text, stance in section.policy.items()),
        ask_timeout_s=section.ask_timeout_min * 60,
        at_timeout=section.on_timeout,
        snooze_s=section.snooze_min * 60,
        reasons=tuple((key, text) for key, text in section.reasons.items() if text),
    )


def known_symbols(symbols: Collection[str], tiers: Collection[str]) -> tuple[str, ...]:
    """Symbols a mistyped token is compared with: those that are watched, and the base assets the tiers know."""
    return tuple(dict.fromkeys((*symbols, *tiers)))


def _other_symbol(token: str, kinds: Mapping[str, Mapping[str, object]]) -> str:
    """A token as a symbol that is not watched. Raises ValueError where it was meant as something else."""
    name = token.upper()
    others = [word for kind, known in kinds.items() if kind != "symbol" for word in known]
    meant = difflib.get_close_matches(name, others, n=1, cutoff=_TOO_NEAR)
    if SYMBOL.fullmatch(name) and not _NO_SYMBOL.fullmatch(name) and not meant:
        return name
    words = sorted(word for known in kinds.values() for word in known)
    nearest = (meant or difflib.get_close_matches(name, words, n=1, cutoff=0.0))[0]
    shown = next(_written(known[nearest]) for known in kinds.values() if nearest in known)
    raise ValueError(f"{token} is no symbol, timeframe, pattern or side; the nearest known one is {shown}")


def _written(value: object) -> str:
    return str(value)
