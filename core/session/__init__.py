"""The async shell around the desk: queue in, desk, ledger and screen out."""

from core.session.session import Session, SessionOptions

__all__ = ["Session", "SessionOptions"]
