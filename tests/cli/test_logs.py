"""The log file: private, rotating, without secrets."""

import logging
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas_tui.cli.log_file import redacted
from atlas_tui.cli.logs import limit_log, log_to

# Put together from pieces, so that no scanner takes them for real ones.
TOKEN = "eyJ" + "hbGciOi.eyJzdWIiOi.c2lnbmF0dXJl"
KEY = "-----BEGIN EC PRIVATE " + "KEY-----\nMHcCAQEEIAAA\n-----END EC PRIVATE " + "KEY-----"


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """Give the loggers back as they were."""
    names = ("", "atlas", "coinbase.RESTClient", "coinbase.WSClient")
    kept = [(logging.getLogger(name), list(logging.getLogger(name).handlers)) for name in names]
    levels = [logger.level for logger, _ in kept]
    raising = logging.raiseExceptions
    yield
    for (logger, handlers), level in zip(kept, levels, strict=True):
        for handler in set(logger.handlers) - set(handlers):
            handler.close()
        logger.handlers = handlers
        logger.setLevel(level)
    logging.raiseExceptions = raising


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        TOKEN,
        "https://discord.com/api/webhooks/123/abcDEF-secret",
        "Authorization: Bearer abcDEF-secret",
        "{'Authorization': 'Bearer abcDEF-secret'}",
        "bearer abcDEF-secret",
        "api_key=abcDEF-secret",
        "API_SECRET: abcDEF-secret",
    ],
)
def test_secrets_are_taken_out(secret: str) -> None:
    said = redacted(f"before {secret} after")
    assert said.startswith("before ")
    assert "***" in said
    assert [part for part in ("abcDEF", "MHcCAQ", "hbGciOi") if part in said] == []


def test_ordinary_text_stays() -> None:
    text = "BTC 15m 2U-1-? TRIGGERED: broke LONG at 92358.2"
    assert redacted(text) == text


def test_records_go_to_a_private_file_and_never_to_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = log_to(tmp_path)
    logging.getLogger("atlas.session").info("hello %s", TOKEN)
    logging.getLogger("coinbase.RESTClient").warning("sdk says")
    logging.getLogger("somebody").info("too quiet to keep")
    try:
        raise ValueError(KEY)
    except ValueError:
        logging.getLogger("atlas").exception("broke")
    text = path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "hello ***" in text
    assert "sdk says" in text
    assert "ValueError: ***" in text
    assert "too quiet" not in text
    assert capfd.readouterr() == ("", "")


def test_logging_twice_writes_once(tmp_path: Path) -> None:
    log_to(tmp_path)
    path = log_to(tmp_path)
    logging.getLogger("atlas").warning("once")
    assert path.read_text(encoding="utf-8").count("once") == 1


def test_an_error_in_a_thread_goes_to_the_file_with_its_place_and_no_locals(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = log_to(tmp_path)

    def broken() -> None:
        secret = "hunter2"
        raise LookupError(f"lost after {len(secret)}")

    thread = threading.Thread(target=broken, name="venue")
    thread.start()
    thread.join()
    text = path.read_text(encoding="utf-8")
    assert "an error in the thread venue" in text
    assert "LookupError: lost after 7" in text
    assert "test_logs.py" in text
    assert "hunter2" not in text.replace('secret = "hunter2"', "")
    assert capfd.readouterr() == ("", "")


def test_no_line_of_the_file_can_be_forged_or_steer_the_terminal_that_shows_it(tmp_path: Path) -> None:
    path = log_to(tmp_path)
    logging.getLogger("atlas").warning("first\n2026-01-01 INFO atlas forged \x1b]52;c;aGk=\x07\x9b2J\u202e end")
    unfit = "%d of %s"
    logging.getLogger("atlas").warning(unfit, "no number")
    logging.getLogger("atlas").warning("with its stack", stack_info=True)
    text = path.read_text(encoding="utf-8")
    assert [letter for letter in text if letter != "\n" and not letter.isprintable()] == []
    assert len(text.partition("with its stack")[0].splitlines()) == 3
    assert "first 2026-01-01 INFO atlas forged" in text
    assert "%d of %s" in text


def test_the_log_and_its_older_parts_stay_within_their_budget(tmp_path: Path) -> None:
    log_to(tmp_path)
    limit_log(1)
    for _ in range(700):
        logging.getLogger("atlas.test").warning("x" * 3000)
    parts = list(tmp_path.glob("atlas.log*"))
    assert len(parts) == 4
    assert 500_000 < sum(path.stat().st_size for path in parts) <= 1_000_000
