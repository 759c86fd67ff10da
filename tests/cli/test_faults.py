"""A desk as a command lives through faults of the exchange; all of their kinds: `make faults`."""

from pathlib import Path

import pytest

from benchmarks import faults
from core.simulator.faults import KINDS


def test_every_kind_of_fault_is_tried_by_make_faults() -> None:
    assert {trial.kind for trial in faults.TRIALS} == KINDS.keys() - {"clear"}


@pytest.mark.long
def test_a_handful_leave_the_desk_alive_counted_and_live_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "BACK_S", 60.0)  # how soon is measured, not tested: the machine may be busy
    handful = [
        trial._replace(hold_s=1.0) for trial in faults.TRIALS if trial.kind in ("drop", "garbage", "wrong_types")
    ]
    seen = list(faults.run(handful, tmp_path))
    assert [each for each in seen if not isinstance(each, faults.Seen) or not each.right] == []
    assert len(seen) == len(handful) == 3
