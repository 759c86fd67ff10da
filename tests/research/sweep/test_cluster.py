"""A sweep on a Dask cluster: two workers in processes of their own give what this process gives, to the last byte."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from core.domain.errors import SweepError
from core.research.sweep.cluster import checked, workers_of
from core.research.sweep.crew import Crew, Threads
from core.research.sweep.plan import World, jobs_of, places_of
from core.research.sweep.run import Run, run
from core.research.sweep.sweeping import Swept, sweep
from tests.research.sweep.worlds import GRID, parts, rows_in, world

WORLD = world()
PLACES = places_of(GRID, WORLD.accounts)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler with two workers on this machine."""
    scratch = str(tmp_path_factory.mktemp("workers"))
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        silence_logs=50,
        local_directory=scratch,
        worker_dashboard_address=None,
    ) as local:
        yield local.scheduler_address


def _swept(folder: Path, crew: Crew) -> Swept:
    made = parts(folder, WORLD)
    with made.writing(afresh=False):
        return sweep(GRID, len(WORLD.policies), PLACES, made, crew, lambda done, whole: None)


def test_two_workers_give_what_this_process_gives_to_the_last_byte(address: str, tmp_path: Path) -> None:
    here = _swept(tmp_path / "here", Threads(WORLD))
    with workers_of(address, WORLD) as workers:
        there = _swept(tmp_path / "there", workers)
    assert there == here
    assert rows_in(tmp_path / "there") == rows_in(tmp_path / "here")


def _broken(made: World, job: object) -> tuple[Run, ...]:
    raise RuntimeError("out of memory")


def test_a_job_that_fails_on_a_worker_is_one_sentence(address: str) -> None:
    jobs = jobs_of(PLACES, len(WORLD.policies))[:2]
    with (
        workers_of(address, WORLD) as workers,
        pytest.raises(SweepError, match=r"cannot run the sweep \(out of memory\)"),
    ):
        list(workers.each(_broken, jobs))


def test_a_worker_with_another_atlas_is_refused() -> None:
    with pytest.raises(SweepError, match="another version of ATLAS"):
        checked(run, "of yesterday", WORLD, jobs_of(PLACES, 6)[0])


def test_a_sweep_in_this_process_does_not_bring_the_cluster_along(root: Path) -> None:
    program = "import sys, atlas_tui.cli.sweep.working; sys.exit('distributed' in sys.modules or 'dask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=root).returncode == 0
