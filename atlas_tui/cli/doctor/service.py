"""What starts the desk at boot, and who can reach it over the network."""

import os
import pwd
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from atlas_tui.cli.doctor.finding import Case, Finding, fail, unread, warn, well
from atlas_tui.cli.service import SYSTEM_UNITS, user_units
from atlas_tui.cli.unit import NAME
from core.adapters.loopback import is_loopback

SYSTEMD: Final = Path("/run/systemd/system")
"""There where systemd runs the machine."""
LINGER: Final = Path("/var/lib/systemd/linger")
TOKEN_BYTES: Final = 32
"""Shortest token (RELIABILITY.md section 3)."""
_PROGRAM: Final = re.compile(r'^ExecStart=(?:"((?:[^"\\]|\\.)*)"|(\S+))', re.MULTILINE)


def look_at_unit(case: Case) -> Sequence[Finding]:
    """The unit: there, starting a program that is there, and allowed to run while nobody is logged in."""
    units = [folder / NAME for folder in (SYSTEM_UNITS, user_units()) if (folder / NAME).is_file()]
    if not units:
        if SYSTEMD.exists():
            return (warn("service", "no unit: nothing starts the desk at boot", "atlas service install"),)
        return (well("service", "no unit, and systemd does not run this machine"),)
    findings = [finding for unit in units for finding in _faults(unit)]
    return findings or (well("service", f"{', '.join(map(str, units))}"),)


def look_at_api(case: Case) -> Sequence[Finding]:
    """`[api]`: off, or where it listens, and that its token is a secret."""
    if case.settings is None:
        return (unread("api"),)
    values = case.settings.values
    if not values.get("api.enabled"):
        return (well("api", "off"),)
    host, port, named = str(values["api.host"]), values["api.port"], str(values["api.token_file"])
    where = f"{host}:{port}"
    if not is_loopback(host):
        if not named and not case.environ.get("ATLAS_API_TOKEN"):
            cure = f'host = "127.0.0.1" under [api] in {case.config}, and ssh -L {port}:127.0.0.1:{port}'
            return (fail("api", f"{where} can be reached by others, and no token of yours is set", cure),)
        cure = f"listen on 127.0.0.1, and reach it by ssh -L {port}:127.0.0.1:{port} or a TLS proxy"
        return (warn("api", f"{where} can be reached by others, without encryption", cure), *_token(named))
    return _token(named) or (well("api", f"on, at {where}, for this machine alone"),)


def _faults(unit: Path) -> Sequence[Finding]:
    text = unit.read_text(encoding="utf-8", errors="replace")
    match = _PROGRAM.search(text)
    program = (match[1] or match[2] or "").replace("%%", "%").replace('\\"', '"') if match else ""
    again = "atlas service install --replace"
    if program.startswith("/") and not os.access(program, os.X_OK):
        return (fail("service", f"{unit} starts {program}, which is not there", again),)
    if "Type=notify" not in text or "WatchdogSec=" not in text:
        return (warn("service", f"{unit} does not hear whether the desk lives (no Type=notify)", again),)
    name = pwd.getpwuid(os.geteuid()).pw_name
    if unit.parent == user_units() and SYSTEMD.exists() and not (LINGER / name).exists():
        return (warn("service", "the desk ends when you log out", f"loginctl enable-linger {name}"),)
    return ()


def _token(named: str) -> Sequence[Finding]:
    """What is wrong with the token's file, where one is named."""
    if not named:
        return ()
    path = Path(named).expanduser()
    try:
        info = path.lstat()
    except OSError as error:
        cure = f"umask 077; openssl rand -hex {TOKEN_BYTES} > {path}"
        return (fail("api", f"its token {path}: {(error.strerror or str(error)).lower()}", cure),)
    if not stat.S_ISREG(info.st_mode) or info.st_uid != os.geteuid() or stat.S_IMODE(info.st_mode) & 0o077:
        return (fail("api", f"its token {path} is not a private file of yours", f"chmod 600 {path}, and change it"),)
    if info.st_size < TOKEN_BYTES:
        cure = f"openssl rand -hex {TOKEN_BYTES} > {path}"
        return (fail("api", f"its token {path} is shorter than {TOKEN_BYTES} bytes", cure),)
    return ()
