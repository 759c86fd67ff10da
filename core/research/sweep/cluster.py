"""Jobs on a Dask cluster: only who asks for `--scheduler` imports this, for it brings distributed."""

import copyreg
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final, TypeVar

from distributed import Client, as_completed

from core.domain.errors import SweepError
from core.domain.text import one_line
from core.research.sweep.plan import ENGINE, Job, World

Answer = TypeVar("Answer")
WAIT_S: Final = 15
"""How long a scheduler may take to answer, and to have a worker."""


def view_of(entries: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """A read-only view, made anew where it arrives."""
    return MappingProxyType(entries)


# Settings hold read-only views, which the standard library does not know how to send.
copyreg.pickle(MappingProxyType, lambda view: (view_of, (dict(view),)))


class OtherEngine(SweepError):
    """A worker runs another version of ATLAS, whose results must not be mixed with these."""


def checked(work: Callable[[World, Job], Answer], engine: str, world: World, job: Job) -> Answer:
    """The job, on a worker whose ATLAS is the one that asks. Raises OtherEngine."""
    if engine != ENGINE:
        raise OtherEngine("a worker runs another version of ATLAS: install the same one everywhere")
    return work(world, job)


class Workers:
    """The workers of one scheduler.

    Args:
        client: of a cluster that has answered.
        world: what jobs are run on; sent to every worker once.
    """

    def __init__(self, client: Client, world: World) -> None:
        self._client = client
        self._world = client.scatter(world, broadcast=True, hash=False)

    def each(self, work: Callable[[World, Job], Answer], jobs: Iterable[Job]) -> Iterator[tuple[Job, Answer]]:
        """Every job with what it gave; a worker that is lost loses no job, others run them again.

        Raises:
            SweepError: the scheduler is lost, a job has failed or taken several workers with it, or ATLAS is another.
        """
        asked = {}
        for job in jobs:
            asked[self._client.submit(checked, work, ENGINE, self._world, job, pure=False)] = job
        try:
            for done in as_completed(asked, loop=self._client.loop):
                yield asked[done], done.result()
        except (OSError, CancelledError) as error:
            raise SweepError("the scheduler is lost: start it and its workers again") from error
        except (RuntimeError, ImportError, AttributeError) as error:
            raise SweepError(f"a worker cannot run the sweep ({one_line(str(error))}): give it this ATLAS") from error
        finally:
            self._client.cancel(list(asked), force=True)


@contextmanager
def workers_of(address: str, world: World) -> Iterator[Workers]:
    """The workers of the scheduler at this address.

    Raises:
        SweepError: it does not answer, or has no worker.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # What is lost is told by one sentence.
    try:
        client = Client(address, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SweepError(
            f"no Dask scheduler answers at {one_line(address)}: start one with dask scheduler, "
            "then give its address, as tcp://127.0.0.1:8786"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT_S)
            workers = Workers(client, world)
        except (OSError, TimeoutError) as error:
            raise SweepError(
                f"the scheduler at {one_line(address)} has no worker: start one with dask worker"
            ) from error
        yield workers
