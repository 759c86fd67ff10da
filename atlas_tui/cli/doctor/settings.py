"""Settings and secrets: that they can be read, and by nobody else."""

import stat
from collections.abc import Sequence

from atlas_tui.cli.doctor.finding import Case, Finding, fail, warn, well
from core.config.secrets import read_secrets
from core.domain.errors import ConfigError


def look_at_settings(case: Case) -> Sequence[Finding]:
    """The settings file: keys, values, and who may change it."""
    if case.settings is None:
        cure = f"put it right in {case.config}; atlas config init FILE writes every key with what it may be"
        return (fail("settings", case.refusal, cure),)
    try:
        case.settings.check_venue()
    except ConfigError as error:
        return (fail("settings", str(error), f"name both halves of one venue under [venue] in {case.config}"),)
    if not case.config.is_file():
        return (well("settings", f"no file at {case.config}: the defaults hold"),)
    if stat.S_IMODE(case.config.stat().st_mode) & 0o022:
        return (warn("settings", f"others can change {case.config}", f"chmod go-w {case.config}"),)
    own = sum(1 for source in case.settings.sources.values() if source != "default")
    return (well("settings", f"{case.config}, {own} of {len(case.settings.sources)} values are your own"),)


def look_at_secrets(case: Case) -> Sequence[Finding]:
    """The key file and the other sources; never a value."""
    try:
        found = read_secrets(case.config, case.environ)
    except ConfigError as error:
        what, _, cure = str(error).partition(": ")
        return (fail("secrets", what, cure or "make it a private file of yours: chmod 600"),)
    if not found:
        return (well("secrets", "none is set; public prices need none"),)
    return (well("secrets", ", ".join(f"{name} from {one.source}" for name, one in found.items())),)
