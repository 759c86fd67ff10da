"""Rows of the ledger as the views that listings, console and API share."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.adapters.fact_codec import Codec, unstamp
from core.domain.facts import EntryRefused
from core.domain.levels import Verdict
from core.domain.patterns import Side
from core.domain.review import ReviewPolicy, held
from core.domain.review_views import RefusalView, ResolutionView, ReviewView
from core.domain.signals import Setup, SetupStatus
from core.domain.sizing import Refusal
from core.domain.snapshot import SetupView

SETUP: Final = Codec(Setup)
REFUSAL: Final = Codec(EntryRefused)
_STANDINGS: Final = Codec(tuple[tuple[str, str, int], ...])
SETUP_COLUMNS: Final = (
    "setups.body, status, setups.side, setups.price, tfc_score, cause, resolved_at, coalesce(reviewed, 0),"
    " refusals.body, standings.body"
)
"""What `setup_view` reads."""
SETUP_TABLES: Final = (
    "setups LEFT JOIN reviews ON item_id = setups.id LEFT JOIN refusals ON refusals.setup_id = setups.id"
    " LEFT JOIN standings ON standings.setup_id = setups.id"
)
"""Where it stands."""


def with_held(view: SetupView, words: Mapping[str, ReviewView], policy: ReviewPolicy, at: datetime) -> SetupView:
    """The view with the OK legs a person's word, or the lack of one, holds back."""
    if not view.pending:
        return view
    setup, word = view.setup, words.get(view.setup.id)
    review = word.review if word else None
    back: dict[Side, Refusal] = {}
    for judged in setup.legs:
        side = judged.leg.side
        stance = policy.stance(setup.symbol, setup.timeframe, setup.name, side)
        why = held(review, stance, side, setup.detected_at, at, policy)
        if judged.verdict is Verdict.OK and why is not None:
            back[side] = why
    return replace(view, held=back)


def setup_view(row: sqlite3.Row) -> SetupView:
    """A setup as it stands. Raises StoreError where it cannot be read."""
    body, status, side, price, tfc_score, cause, resolved_at, reviewed, refused, standings = row
    resolution = refusal = None
    if resolved_at is not None:
        resolution = ResolutionView(
            Side(side) if side else None,
            Decimal(price) if price is not None else None,
            tfc_score,
            cause,
            unstamp(resolved_at),
        )
    if resolution is not None and standings is not None:
        resolution = replace(resolution, standings=_STANDINGS.decode(standings))
    if refused is not None:
        fact = REFUSAL.decode(refused)
        refusal = RefusalView(fact.side, fact.code, fact.price, fact.numbers, fact.at, fact.terms)
    return SetupView(SETUP.decode(body), SetupStatus(status), resolution, refusal, bool(reviewed), {})
