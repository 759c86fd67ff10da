"""Every case of the vector file, through the code the product runs; only the fields a case names are compared."""

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.strat.vector_cases import KINDS, run

NAMED = os.environ.get("ATLAS_STRAT_VECTORS")
VECTORS = Path(NAMED) if NAMED else Path(__file__).parent / "vectors.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]


def differences(wanted: Any, got: Any, place: str = "expect") -> list[str]:
    """Where `got` is not what is wanted; floats to 1e-6 relative, null is None or NaN."""
    if isinstance(wanted, Mapping):
        if not isinstance(got, Mapping):
            return [f"{place}: wanted {wanted}, got {got}"]
        absent = [f"{place}.{name}: the adapter gives no such field" for name in wanted if name not in got]
        shared = (name for name in wanted if name in got)
        return absent + [each for name in shared for each in differences(wanted[name], got[name], f"{place}.{name}")]
    if isinstance(wanted, list):
        if not isinstance(got, list) or len(got) != len(wanted):
            return [f"{place}: wanted {wanted}, got {got}"]
        pairs = enumerate(zip(wanted, got, strict=True))
        return [each for i, (a, b) in pairs for each in differences(a, b, f"{place}[{i}]")]
    return [] if same(wanted, got) else [f"{place}: wanted {wanted!r}, got {got!r}"]


def same(wanted: Any, got: Any) -> bool:
    """Are two scalars the same answer?"""
    is_number = isinstance(got, (int, float, Decimal)) and not isinstance(got, bool)
    if wanted is None:
        return got is None or (is_number and got != got)
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return is_number and float(got) == pytest.approx(wanted, rel=1e-6, abs=1e-9)
    return type(wanted) is type(got) and bool(wanted == got)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_product_gives_what_the_vector_expects(case: dict[str, Any]) -> None:
    assert differences(case["expect"], run(case)) == [], case["why"]


def test_every_kind_of_the_committed_file_is_exercised() -> None:
    own = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))["vectors"]
    assert {case["kind"] for case in own} == set(KINDS)


def test_an_unknown_kind_fails() -> None:
    with pytest.raises(AssertionError, match="no adapter for kind 'moon'"):
        run({"id": "x", "kind": "moon", "input": {}, "expect": {}})


def test_a_field_nobody_gives_is_a_difference() -> None:
    assert differences({"score": 3}, {}) == ["expect.score: the adapter gives no such field"]


def test_a_wrong_answer_is_a_difference() -> None:
    assert differences({"signals": [{"stop": 85}]}, {"signals": [{"stop": 85.1}]}) != []
    assert differences({"forming": True}, {"forming": 1}) != []
    assert differences({"price": None}, {"price": 4}) != []
