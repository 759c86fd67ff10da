"""Where secrets come from, and which key files are refused with their cure."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import Request, load_settings
from core.config.printing import shown
from core.config.secrets import NAMES, read_secrets
from core.domain.errors import ConfigError

KEY, TOKEN = "COINBASE_API_KEY", "ATLAS_API_TOKEN"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The settings file beside which the key file lies; it need not exist."""
    return tmp_path / "config.toml"


def _key_file(config: Path, text: str, mode: int = 0o600) -> Path:
    path = config.parent / ".env"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def _values(config: Path, environ: dict[str, str] | None = None) -> dict[str, tuple[str, str]]:
    found = read_secrets(config, environ or {})
    return {name: (one.secret.reveal(), one.source) for name, one in found.items()}


def test_without_any_source_there_is_none(config: Path) -> None:
    assert _values(config) == {}


def test_a_credential_goes_before_the_environment_and_that_before_the_key_file(config: Path, tmp_path: Path) -> None:
    path = _key_file(config, "".join(f"{name}=of-the-file\n" for name in NAMES[:3]))
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / NAMES[0]).write_text("of-systemd\n", encoding="utf-8")
    environ = {"CREDENTIALS_DIRECTORY": str(folder), NAMES[0]: "of-the-shell", NAMES[1]: "of-the-shell", NAMES[2]: " "}
    assert _values(config, environ) == {
        NAMES[0]: ("of-systemd", "credential"),
        NAMES[1]: ("of-the-shell", "environment"),
        NAMES[2]: ("of-the-file", f"key file {path}"),
    }


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (f"{KEY}=plain", "plain"),
        (f"export {KEY} = 'quoted # kept' ", "quoted # kept"),
        (f'{KEY}="two\\nlines"', "two\nlines"),
        (f"{KEY}=-----BEGIN X-----\\nabc\\n-----END X-----", "-----BEGIN X-----\nabc\n-----END X-----"),
        (f"# a comment\n\nOTHER=1\n{KEY}=a=b", "a=b"),
    ],
)
def test_a_key_file_is_read_as_shells_and_containers_write_it(config: Path, line: str, value: str) -> None:
    _key_file(config, line)
    assert _values(config)[KEY][0] == value


def test_another_key_file_is_named_by_a_variable_and_must_then_be_there(config: Path, tmp_path: Path) -> None:
    moved = _key_file(config, f"{KEY}=planted").rename(tmp_path / "keys")
    assert _values(config, {"ATLAS_KEY_FILE": str(moved)})[KEY] == ("planted", f"key file {moved}")
    with pytest.raises(ConfigError, match="no such file"):
        read_secrets(config, {"ATLAS_KEY_FILE": str(tmp_path / "none")})


def _readable_by_others(path: Path) -> None:
    path.chmod(0o640)


def _a_link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name("elsewhere")))


def _a_dead_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def _a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _huge(path: Path) -> None:
    path.write_bytes(b"#" * 100_000)


def _not_utf8(path: Path) -> None:
    path.write_bytes(b"COINBASE_API_KEY=\xff\xfeplanted")


def _no_equals(path: Path) -> None:
    path.write_text("planted-without-a-name\n", encoding="utf-8")


def _lower_case(path: Path) -> None:
    path.write_text("coinbase_api_key=planted\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "cure"),
    [
        (_readable_by_others, "can be read by others: chmod 600"),
        (_a_link, "is a link: put the file itself there"),
        (_a_dead_link, "is a link: put the file itself there"),
        (_a_folder, "is no small text file: write lines of NAME=value"),
        (_a_pipe, "is no small text file: write lines of NAME=value"),
        (_huge, "is no small text file: write lines of NAME=value"),
        (_not_utf8, "not UTF-8 text (byte 17)"),
        (_no_equals, "line 1: write NAME=value"),
        (_lower_case, "line 1: coinbase_api_key is written COINBASE_API_KEY"),
    ],
)
def test_a_key_file_that_is_not_private_or_not_one_is_refused_with_its_cure(
    config: Path, spoil: Callable[[Path], None], cure: str
) -> None:
    path = _key_file(config, f"{KEY}=planted")
    spoil(path)
    with pytest.raises(ConfigError) as refused:
        load_settings(Request(), {"ATLAS_KEY_FILE": str(path)})
    assert str(refused.value).startswith(f"key file {path}")
    assert cure in str(refused.value)
    assert "planted" not in str(refused.value)


def test_a_key_file_of_somebody_else_is_refused(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _key_file(config, f"{KEY}=planted")
    ours = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: ours + 1)
    with pytest.raises(ConfigError, match="belongs to another user: chown it"):
        read_secrets(config, {})


def test_settings_are_shown_with_the_source_of_each_secret_and_never_its_value(config: Path) -> None:
    config.write_text("", encoding="utf-8")
    path = _key_file(config, f"{TOKEN}=planted-in-the-file")
    text = shown(load_settings(Request(config=config), {KEY: "planted-in-the-shell"}))
    assert f"# {KEY}: ***  # environment\n" in text
    assert f"# {TOKEN}: ***  # key file {path}\n" in text
    assert "# ATLAS_WEBHOOK_URL: not set\n" in text
    assert "planted" not in text.replace(str(path), "")


def test_a_folder_of_credentials_that_cannot_be_entered_holds_none(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen where a container's systemd keeps its mounts to itself, with every credential of the unit missing."""
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path / "roots")
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / KEY).write_text("out of reach", encoding="utf-8")
    assert _values(config, {"CREDENTIALS_DIRECTORY": str(tmp_path / "roots"), TOKEN: "of-the-shell"}) == {
        TOKEN: ("of-the-shell", "environment")
    }
