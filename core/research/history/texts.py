"""Moments of history as texts."""

from datetime import UTC, datetime

from core.domain.signals import iso_z


def moment(epoch_s: int) -> str:
    """`2026-01-05T14:30:00Z`."""
    return iso_z(datetime.fromtimestamp(epoch_s, UTC))
