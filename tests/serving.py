"""Runs an HTTP server of a test on a thread for as long as a block lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer


@contextmanager
def serving(server: ThreadingHTTPServer, hold: threading.Event) -> Iterator[None]:
    """Serve until the block ends; `hold` is set then, for whoever makes a client wait."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
