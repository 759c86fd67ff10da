"""Secrets in each source, and a console that fails with all of them in its hands."""

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

# Put together from pieces, so that no scanner takes them for real ones.
OF_THE_ENVIRONMENT = (
    "-----BEGIN EC PRIVATE " + "KEY-----\\nMHcCAQEEIPlantedInTheEnvironment\\n-----END EC PRIVATE KEY-----"
)
OF_SYSTEMD = "https://discord.com/api/webhooks/123456789/PlantedAsACredential"
OF_THE_KEY_FILE = "PlantedInTheKeyFile-0123456789-abcdef"
OF_AN_ADDRESS, OF_A_TOPIC, OF_A_TOPIC_TOKEN = "PlantedInTheAddress", "PlantedAsATopic", "PlantedAsATopicToken"
_WORDS = (
    "PlantedInTheEnvironment", "PlantedAsACredential", "PlantedInTheKeyFile", OF_AN_ADDRESS, OF_A_TOPIC,
    OF_A_TOPIC_TOKEN,
)  # fmt: skip
TRACES = tuple(
    form for word in _WORDS for form in (word.encode(), quote(word).encode(), base64.b64encode(word.encode())[:20])
)
"""What is looked for: what tells a secret from everything else, also in base64 and in an address."""

FAILING = """
import asyncio, logging, os, sys, threading
from atlas_tui.screens import console
from atlas_tui.__main__ import main

shown = console.ConsoleScreen.show

async def lost(values):
    raise ValueError(f"a task with {values}")

def broken(self, snapshot):
    shown(self, snapshot)
    if "LIVE" not in repr(snapshot.link.state):
        return
    values = [os.environ["COINBASE_API_SECRET"]]
    values += [open(os.environ["CREDENTIALS_DIRECTORY"] + "/ATLAS_WEBHOOK_URL").read()]
    values += [open(os.environ["ATLAS_KEY_FILE"]).read()]
    asyncio.ensure_future(lost(values))
    thread = threading.Thread(target=lambda: int(f"a thread with {values}"))
    thread.start()
    thread.join()
    logging.getLogger("coinbase.RESTClient").error("the kit says %s", values)
    raise ValueError(f"cannot paint {values}")

console.ConsoleScreen.show = broken
sys.exit(main())
"""
"""The command, with a console that breaks once prices flow: in a task, in a thread, in the kit, and by itself."""


def plant(folder: Path, sink: str = "") -> dict[str, str]:
    """Put them where they belong, in the folder; returns the variables that lead to them.

    Args:
        folder: for key file and credentials.
        sink: the address of one for alerts; without it there are the first three secrets alone.
    """
    credentials, keys = folder / "credentials", folder / "keys.env"
    credentials.mkdir(mode=0o700)
    (credentials / "ATLAS_WEBHOOK_URL").write_text(OF_SYSTEMD + "\n", encoding="utf-8")
    alerts = f"ATLAS_NTFY_URL={sink}/{OF_A_TOPIC}\nATLAS_NTFY_TOKEN={OF_A_TOPIC_TOKEN}\n" if sink else ""
    keys.write_text(f'# keys\nATLAS_API_TOKEN="{OF_THE_KEY_FILE}"\n{alerts}', encoding="utf-8")
    keys.chmod(0o600)
    return {
        "COINBASE_API_SECRET": OF_THE_ENVIRONMENT,
        "CREDENTIALS_DIRECTORY": str(credentials),
        "ATLAS_KEY_FILE": str(keys),
        **({"ATLAS_JSON_URL": f"{sink}/{OF_AN_ADDRESS}"} if sink else {}),
    }


def traces_in(data: bytes) -> list[bytes]:
    """Which traces of the secrets the bytes hold."""
    return [trace for trace in TRACES if trace in data]


def traces_below(folder: Path) -> dict[str, list[bytes]]:
    """By file: which traces it holds, in its bytes or its name."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    found = {str(path): traces_in(path.read_bytes() + str(path).encode()) for path in files}
    return {path: traces for path, traces in found.items() if traces}


def command_lines(pid: int) -> Iterator[bytes]:
    """The command line of a process and those of all its descendants."""
    folder = Path("/proc") / str(pid)
    yield (folder / "cmdline").read_bytes()
    for task in folder.glob("task/*/children"):
        for child in task.read_text().split():
            yield from command_lines(int(child))
