"""`atlas config`: show the effective settings with their source, the file's path, or write a commented file."""

from pathlib import Path

import click

from atlas_tui.cli.common import common_options, preset_option, settings_of
from atlas_tui.cli.saying import tell
from core.config import named_config_path
from core.config.printing import commented, shown
from core.domain.errors import ConfigError


@click.group("config")
def config_command() -> None:
    """Show the settings, their file, or write one."""


@config_command.command("show")
@preset_option
@common_options
@click.pass_context
def show(context: click.Context) -> None:
    """Print what holds, as TOML, each value with its source: default, file, preset or option."""
    tell(shown(settings_of(context)), nl=False)


@config_command.command("path")
@common_options
@click.pass_context
def path(context: click.Context) -> None:
    """Print which file is read."""
    tell(settings_of(context).config_path)


@config_command.command("init")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@common_options
@click.pass_context
def init(context: click.Context, file: Path | None) -> None:
    """Write a settings file of comments; an existing file is never touched."""
    target = file or context.ensure_object(dict).get("config") or named_config_path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as out:
            out.write(commented())
    except FileExistsError as error:
        raise ConfigError(f"{target} exists already and is left as it is") from error
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {error.strerror}") from error
    tell(target)
