"""What a ledger knows of its items, for explanations: nothing of the present market."""

from datetime import datetime

from core.adapters.ledger_reader import LedgerReader
from core.domain.explaining.case import Known
from core.domain.review import ReviewPolicy


def known_in(reader: LedgerReader, policy: ReviewPolicy, at: datetime) -> Known:
    """Everything found and decided, by id.

    Args:
        reader: of the ledger; StoreError where it cannot be read.
        policy: who decides where no verdict stands.
        at: the desk's time, for snoozes and time-outs.
    """
    return Known(
        signals=[view.signal for view in reader.signals()],
        setups=reader.setups(policy, at),
        positions=reader.positions(),
        trades=reader.trades(),
        stories=reader.stories(),
        shadows=reader.shadows(),
        words=reader.reviews(),
        halts=reader.halts(),
    )
