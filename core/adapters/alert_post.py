"""Sends messages by HTTP: to the one address of a channel, no redirects, five seconds, and no word of the address.

The HTTP client is the one the venue's own kit brings along; it is imported with the first message.
"""

import threading
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from core.alerts.answers import Answer, Never, NotNow, judged
from core.alerts.discord import discord_body
from core.alerts.message import Message, json_body
from core.alerts.ntfy import ntfy_body
from core.alerts.policy import Channel
from core.config.alert_rules import Target

if TYPE_CHECKING:
    import requests

TIMEOUT_S: Final = 5.0


class AlertPost:
    """Fits `core.alerts.outbox.Post`. Used by one thread at a time."""

    def __init__(self, target: Target, timeout_s: float = TIMEOUT_S) -> None:
        """
        Args:
            target: where to.
            timeout_s: for connecting, for each byte, and for reading the whole answer; real seconds.
        """
        self._target = target
        self._timeout_s = timeout_s
        self._session: requests.Session | None = None
        self._opening = threading.Lock()

    def send(self, message: Message) -> Answer:
        """Post it once; raises nothing."""
        from requests import RequestException  # noqa: PLC0415 - only a desk with alerts pays for it

        from core.adapters.rest_transport import failure_of, retry_after_s  # noqa: PLC0415

        try:
            response = self._opened().post(
                self._target.url.reveal(),
                json=self._body(message),
                headers=self._headers(message),
                timeout=(self._timeout_s, self._timeout_s),
                allow_redirects=False,
            )
        except (RequestException, OSError) as error:
            return NotNow(failure_of(error).words)
        except (ValueError, UnicodeError):
            return Never("its address cannot be used")
        return judged(response.status_code, retry_after_s(response.headers.get("Retry-After")))

    def _opened(self) -> "requests.Session":
        import requests  # noqa: PLC0415

        from core.adapters.rest_transport import BoundedAdapter  # noqa: PLC0415

        with self._opening:
            if self._session is None:
                session = requests.Session()
                session.adapters.clear()  # every other address has no way out
                parts = urlsplit(self._target.url.reveal())
                session.mount(f"{parts.scheme}://{parts.netloc}/", BoundedAdapter(self._target.plain, self._timeout_s))
                session.auth = _as_it_is  # a .netrc is none of our business
                session.trust_env = not self._target.here
                self._session = session
            return self._session

    def _body(self, message: Message) -> dict[str, Any]:
        match self._target.channel:
            case Channel.DISCORD:
                return discord_body(message)
            case Channel.JSON:
                return json_body(message)
            case Channel.NTFY:
                return ntfy_body(message, self._target.topic)

    def _headers(self, message: Message) -> dict[str, str]:
        """The id lets a receiver know a message it has already; the token opens a topic that asks for one."""
        headers = {"User-Agent": "ATLAS", "Idempotency-Key": message.id}
        if self._target.token is not None:
            headers["Authorization"] = f"Bearer {self._target.token.reveal()}"
        return headers


def _as_it_is(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    return request
