"""`atlas service`: the unit for this machine's paths, and that it is shut in."""

import pwd
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_tui.cli import service
from atlas_tui.cli.unit import layout_of, server_layout, unit_text
from tests.cli.said import Said

Run = Callable[..., Said]

HOME = Path("/home") / "ann"
ANN = pwd.struct_passwd(("ann", "x", 1000, 1000, "", str(HOME), "/bin/sh"))
PROGRAM = HOME / "atlas" / ".venv" / "bin" / "atlas"
LARGEST_EXPOSURE = 2.0


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with systemctl."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "systemctl").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(service, "_program", lambda: Path("/opt/atlas/.venv/bin/atlas"))
    monkeypatch.delenv("SUDO_USER", raising=False)


def _values(text: str, name: str) -> list[str]:
    return [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{name}=")]


def test_the_unit_in_deploy_is_the_one_of_a_server(root: Path) -> None:
    kept = (root / "deploy" / "atlas.service").read_text(encoding="utf-8")
    assert kept == unit_text(server_layout(Path("/opt/atlas/.venv/bin/atlas")))


@pytest.mark.parametrize(
    "layout",
    [server_layout(Path("/opt/atlas/.venv/bin/atlas")), layout_of(ANN, PROGRAM)],
    ids=["a server's", "a person's"],
)
def test_a_system_unit_is_shut_in(tmp_path: Path, layout: object) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze on this machine to judge the unit")
    unit = tmp_path / "atlas.service"
    unit.write_text(unit_text(layout), encoding="utf-8")  # type: ignore[arg-type]
    run = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)], capture_output=True, text=True
    )
    level = re.search(r"Overall exposure level for atlas\.service: ([\d.]+)", run.stdout)
    assert level is not None, run.stderr
    assert float(level[1]) <= LARGEST_EXPOSURE


def test_a_persons_desk_sees_the_home_but_writes_its_own_directories_and_reads_no_key_of_others() -> None:
    text = unit_text(layout_of(ANN, PROGRAM))
    assert _values(text, "User") == ["ann"]
    assert _values(text, "ProtectHome") == ["read-only"]
    assert _values(text, "ReadWritePaths") == [f"{HOME}/.local/state/atlas {HOME}/.cache/atlas"]
    assert f"-{HOME}/.ssh" in _values(text, "InaccessiblePaths")[0].split()


def test_a_servers_desk_sees_no_home_and_its_directories_are_made_by_systemd() -> None:
    text = unit_text(server_layout(Path("/opt/atlas/.venv/bin/atlas")))
    assert _values(text, "ProtectHome") == ["yes"]
    assert _values(text, "StateDirectory") == ["atlas"]
    assert _values(text, "Environment")[0] == "ATLAS_STATE_DIR=/var/lib/atlas"


def test_a_unit_of_a_user_asks_for_nothing_that_only_root_can_give() -> None:
    text = unit_text(layout_of(ANN, PROGRAM), of_user=True)
    assert _values(text, "User") == []
    assert [name for name in ("ProtectSystem", "PrivateTmp", "LoadCredential") if _values(text, name)] == []
    assert _values(text, "WantedBy") == ["default.target"]


def test_a_path_says_what_it_is_however_it_is_written() -> None:
    text = unit_text(layout_of(ANN, Path('/opt/100% "mine"/atlas')))
    assert _values(text, "ExecStart") == ['"/opt/100%% \\"mine\\"/atlas" run']


def test_what_is_asked_for_is_in_the_unit(atlas: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    venue = ["--rest", "http://127.0.0.1:1", "--ws", "ws://127.0.0.1:2"]
    desk, file = tmp_path / "desk", tmp_path / "atlas" / "config.toml"
    text = atlas("service", "print", *venue, "--state-dir", desk, "--config", file).out
    assert _values(text, "ExecStart") == [f"{Path(sys.executable).with_name('atlas')} run {' '.join(venue)}"]
    assert _values(text, "Environment")[:2] == [f"ATLAS_STATE_DIR={desk}", f"XDG_CONFIG_HOME={tmp_path}"]
    assert f"ATLAS_CONFIG={tmp_path}/other.toml" in atlas("service", "print", "--config", tmp_path / "other.toml").out


def test_install_writes_the_unit_once_and_says_what_to_type(atlas: Run, tmp_path: Path, systemd: None) -> None:
    asked = ("service", "install", "--user", "--state-dir", tmp_path / "desk")
    said = atlas(*asked)
    unit = tmp_path / "XDG_CONFIG_HOME" / "systemd" / "user" / "atlas.service"
    assert said.code == 0
    assert said.out.splitlines()[0] == str(unit)
    assert "systemctl --user enable --now atlas" in said.out
    assert "loginctl enable-linger" in said.out
    assert unit.read_text(encoding="utf-8") == atlas("service", "print", *asked[2:]).out
    assert stat.S_IMODE(unit.stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "desk").stat().st_mode) == 0o700
    assert atlas(*asked).code == 0


def test_a_unit_that_says_something_else_is_only_replaced_when_asked(atlas: Run, tmp_path: Path, systemd: None) -> None:
    asked = ("service", "install", "--user", "--state-dir", tmp_path / "desk", "--directory", tmp_path / "units")
    unit = tmp_path / "units" / "atlas.service"
    unit.parent.mkdir()
    unit.write_text("[Service]\n", encoding="utf-8")
    refused = atlas(*asked)
    assert (refused.code, unit.read_text(encoding="utf-8")) == (2, "[Service]\n")
    assert "says something else already" in refused.sentence
    assert atlas(*asked, "--replace").code == 0
    assert "Type=notify" in unit.read_text(encoding="utf-8")


def test_where_it_cannot_be_installed_one_sentence_says_why(
    atlas: Run, tmp_path: Path, systemd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    asked = ("service", "install", "--state-dir", tmp_path / "desk", "--directory", tmp_path / "units")
    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "write_text", refuse)
        said = atlas(*asked)
    assert said.code == 2
    assert "can be written by root alone: run sudo " in said.sentence
    assert "atlas service install --user" in said.sentence
    monkeypatch.setenv("PATH", str(tmp_path))
    said = atlas(*asked)
    assert (said.code, "there is no systemd here" in said.sentence) == (2, True)
