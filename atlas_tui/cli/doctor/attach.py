"""The desk's socket: that consoles can attach to a desk that runs, and that nobody else can."""

import os
import stat
from collections.abc import Sequence

from atlas_tui.cli.doctor.finding import Case, Finding, fail, warn, well
from atlas_tui.cli.note import holder_of
from atlas_tui.cli.version import installed_version
from core.adapters.desk_greeting import greeted
from core.adapters.desk_place import SOCKET_FILE, is_too_long
from core.domain.errors import StoreError

_ANSWER_S = 3.0


def look_at_attach(case: Case) -> Sequence[Finding]:
    """Its path, what it is and whose, and whether a desk answers there; a console's own first words, then good-bye."""
    root = case.state.root
    path = root / SOCKET_FILE
    if is_too_long(root):
        return (fail("attach", f"{path} is too long for a socket: no desk starts", "choose a shorter --state-dir"),)
    try:
        info = path.lstat()
    except OSError:
        return _without(case)
    if not stat.S_ISSOCK(info.st_mode):
        cure = f"rm {path}: the desk makes its socket there"
        return (fail("attach", f"{path} is no socket, and keeps the desk from making one", cure),)
    if info.st_uid != os.geteuid():
        cure = f"attach as that user, or stop the desk and chown -R {os.geteuid()} {root}"
        return (fail("attach", f"{path} belongs to another user", cure),)
    if stat.S_IMODE(info.st_mode) & 0o077:
        return (fail("attach", f"others can send commands to the desk by {path}", f"chmod 600 {path}"),)
    return _answering(case)


def _without(case: Case) -> Sequence[Finding]:
    pid = holder_of(case.state.root)
    if pid is None:
        return (well("attach", "no desk runs that a console could attach to"),)
    cure = f"a desk that starts makes it within seconds; else start it again: kill {pid}, and what it is started by"
    return (warn("attach", f"pid {pid} holds the directory, but has no socket to attach to", cure),)


def _answering(case: Case) -> Sequence[Finding]:
    root = case.state.root
    path, pid = root / SOCKET_FILE, holder_of(root)
    try:
        connection, hello = greeted(root, installed_version, _ANSWER_S)
    except StoreError as error:
        return (fail("attach", str(error), "start the desk anew, with this ATLAS"),)
    except OSError as error:
        if pid is None:
            cure = f"nothing need be done: the next desk replaces it; or rm {path}"
            return (warn("attach", f"{path} was left by a desk that was killed", cure),)
        cure = f"see {root}/atlas.log, then: kill {pid}, and kill -9 if it stays; start it again"
        return (fail("attach", f"pid {pid} does not answer at {path}: {error.strerror or error}", cure),)
    connection.close()
    return (well("attach", f"pid {hello.pid} answers: atlas attach opens a console on it"),)
