"""Websocket messages as text: envelopes with channel, timestamp, sequence number and events."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from core.simulator.records import Json

_NANO_FACTOR: Final = 7919


class Message(NamedTuple):
    """One message before it has its place in a connection's sequence: UNIX seconds, and its events as JSON text."""

    channel: str
    at: float
    events: str


def message(channel: str, at: float, *events: Json) -> Message:
    """A message of these events."""
    return Message(channel, at, msgspec.json.encode(events).decode())


def stamp(at: float) -> str:
    """UNIX seconds as the venue writes them: up to nine fraction digits, trailing zeros cut."""
    whole, micro = divmod(round(at * 1_000_000), 1_000_000)
    text = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    if micro == 0:
        return f"{text}Z"
    digits = f"{micro:06d}{micro * _NANO_FACTOR % 1000:03d}".rstrip("0")
    return f"{text}.{digits}Z"


def envelope(sent: Message, sequence: int, client_id: str | None) -> str:
    """The frame of a message at its place in a connection's sequence; live frames carry no `client_id`."""
    named = "" if client_id is None else f'"client_id":{msgspec.json.encode(client_id).decode()},'
    return (
        f'{{"channel":"{sent.channel}",{named}"timestamp":"{stamp(sent.at)}",'
        f'"sequence_num":{sequence},"events":{sent.events}}}'
    )


def error_frame(text: str) -> str:
    """An error as the venue sends it: no channel, no sequence number."""
    return msgspec.json.encode({"type": "error", "message": text}).decode()
