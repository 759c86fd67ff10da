"""What starts the desk at boot, and who can reach it over the network."""

import os
import pwd
import re
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from atlas_tui.cli.doctor.finding import Case, Finding, fail, unread, warn, well
from atlas_tui.cli.note import holder_of
from atlas_tui.cli.service import SYSTEM_UNITS, user_units
from atlas_tui.cli.unit import NAME
from core.config.api_rules import TOKEN_FILE, check_api, listens_here, token_made
from core.config.secrets import read_secrets
from core.domain.errors import ConfigError

SYSTEMD: Final = Path("/run/systemd/system")
"""There where systemd runs the machine."""
LINGER: Final = Path("/var/lib/systemd/linger")
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
    """`[api]`: off, or where it listens, who reaches it, and that its token is a secret."""
    if case.settings is None:
        return (unread("api"),)
    api = case.settings.api
    if not api.enabled:
        return (well("api", "off"),)
    where = f"{api.host}:{api.port}"
    try:
        token = check_api(api, read_secrets(case.config, case.environ))
        if token is None and os.path.lexists(case.state.root / TOKEN_FILE):
            token = token_made(case.state.root, "")
    except ConfigError as error:
        found, _, cure = str(error).partition(": ")
        return (fail("api", found, cure or f"put it right under [api] in {case.config}"),)
    if not listens_here(api.host):
        cure = f"listen on 127.0.0.1, and reach it by ssh -L {api.port}:127.0.0.1:{api.port} or a TLS proxy"
        return (warn("api", f"{where} is reached from other machines, without encryption", cure),)
    if holder_of(case.state.root) is None and _is_taken(api.host, api.port):
        cure = "choose another port under [api], or see who has it: ss -ltnp"
        return (fail("api", f"{where} is taken by another program: the desk would not start", cure),)
    return (well("api", f"on, at {where}, for this machine alone"),)


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


def _is_taken(host: str, port: int) -> bool:
    """Does another program listen there?"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as plug:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            plug.bind((host, port))
        except OSError:
            return True
    return False
