"""How long to wait between tries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retries:
    """How often something is tried and how long is waited between; real seconds."""

    tries: int = 4
    first_s: float = 0.3
    longest_s: float = 4.0
    longest_retry_after_s: float = 10.0

    def wait_s(self, failed: int, retry_after_s: float | None, jitter: float) -> float:
        """Wait after the `failed`-th failure (from 1); `jitter` in 0..1; what the other side asks for is the least."""
        backoff = min(self.first_s * 2.0 ** (failed - 1), self.longest_s) * (0.5 + 0.5 * jitter)
        return float(max(backoff, min(retry_after_s or 0.0, self.longest_retry_after_s)))
