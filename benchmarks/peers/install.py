"""`python -m benchmarks.peers.install [NAME...]`: the peers' environments in `.venv-peers`, from pinned requirements.

One that cannot be made is told and leaves its reason behind, for the table; the others are made all the same.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / ".venv-peers"
_STAMP = "atlas-installed"
_FAILED = "atlas-failed"
_PATIENCE_S = 600


def requirements_of(name: str) -> Path:
    """The pins of a peer; it needs no environment where there are none."""
    return HERE / name / "requirements.txt"


def named() -> list[str]:
    """Every peer with an environment of its own."""
    return sorted(path.parent.name for path in HERE.glob("*/requirements.txt"))


def python_of(name: str) -> Path:
    """The peer's interpreter: our own where it has no requirements."""
    return ENVIRONMENTS / name / "bin" / "python" if requirements_of(name).exists() else Path(sys.executable)


def why_absent(name: str) -> str:
    """Why the peer cannot be asked; empty where it can."""
    pins = requirements_of(name)
    if not pins.exists():
        return ""
    folder = ENVIRONMENTS / name
    if _read(folder / _STAMP) == _digest(pins):
        return ""
    return _read(folder / _FAILED) or "not installed: make bench-peers"


def install(name: str) -> str:
    """Make the environment anew where its pins have changed; why that failed, or nothing."""
    if not why_absent(name):
        return ""
    folder, pins = ENVIRONMENTS / name, requirements_of(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    try:
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", str(pins)])
    except (OSError, subprocess.SubprocessError) as error:
        reason = f"cannot be installed: {_last_words(error)}"
        (folder / _FAILED).write_text(reason, encoding="utf-8")
        return reason
    (folder / _STAMP).write_text(_digest(pins), encoding="utf-8")
    return ""


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE_S)


def _last_words(error: Exception) -> str:
    said = getattr(error, "stderr", "") or str(error)
    lines = [line.strip() for line in str(said).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:160].replace(str(ENVIRONMENTS), ".venv-peers")


def _digest(pins: Path) -> str:
    return hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


def main(names: list[str]) -> int:
    """Install them; 0 also where one failed, for the table tells it."""
    for name in names or named():
        if why_absent(name):
            print(f"{name}: a moment, once", flush=True)
        reason = install(name)
        print(f"{name}: {reason or 'ready'}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
