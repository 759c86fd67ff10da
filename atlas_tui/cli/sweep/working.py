"""A sweep, run: imported once the compiled loop's cache is chosen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atlas_tui.cli.ending import hear_ctrl_c
from atlas_tui.cli.extras import extra
from atlas_tui.cli.saying import say
from atlas_tui.cli.sweep.inputs import Prepared
from atlas_tui.cli.sweep.progress import Progress
from core.domain.errors import AtlasError
from core.research.sweep.crew import Crew, Threads
from core.research.sweep.parts import Parts
from core.research.sweep.plan import identity_of
from core.research.sweep.sweeping import Swept, sweep

_CLUSTER = "core.research.sweep.cluster"


def swept(prepared: Prepared, folder: Path, scheduler: str | None, afresh: bool) -> Swept:
    """Run what is not stored yet, with its progress on stderr.

    Raises:
        SweepError: the folder, the disk or the cluster cannot go on; what is stored stays.
        ConfigError: `--scheduler` without its packages.
    """
    hear_ctrl_c()
    grid, world, progress = prepared.grid, prepared.world, Progress()
    identity = identity_of(grid, prepared.points, world, prepared.places)
    parts = Parts(folder, identity, prepared.names)
    with parts.writing(afresh), _crew(prepared, scheduler) as crew:
        try:
            return sweep(grid, len(prepared.points), prepared.places, parts, crew, progress.take)
        except (AtlasError, KeyboardInterrupt):
            progress.end()
            say("atlas: what is done is stored; the same command goes on from there")
            raise
        finally:
            progress.end()


@contextmanager
def _crew(prepared: Prepared, scheduler: str | None) -> Iterator[Crew]:
    if scheduler is None:
        yield Threads(prepared.world)
    else:
        with extra(_CLUSTER, "cluster", "--scheduler").workers_of(scheduler, prepared.world) as workers:
            yield workers
