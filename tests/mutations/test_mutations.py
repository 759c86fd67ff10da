"""Each broken rule is noticed by the test that is there for it; the rest of the tables by `make mutations`."""

from pathlib import Path

import pytest

from tests.mutations.bench import Bench, MutationLost, edited
from tests.mutations.mutation import Edit, Mutation
from tests.mutations.rules import RULES

QUICK = [mutation for mutation in RULES if mutation.quick]


@pytest.fixture(scope="module")
def bench(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A copy of the project."""
    return Bench(root, tmp_path_factory.mktemp("broken"))


def test_without_a_broken_rule_the_tests_pass(bench: Bench) -> None:
    assert bench.passes([mutation.test for mutation in QUICK]), bench.said


@pytest.mark.parametrize("mutation", QUICK, ids=lambda mutation: mutation.breaks.replace(" ", "-"))
def test_a_broken_rule_is_noticed(mutation: Mutation, bench: Bench) -> None:
    with bench.broken(mutation.edit):
        assert not bench.passes([mutation.test])


@pytest.mark.parametrize("mutation", RULES, ids=lambda mutation: mutation.breaks.replace(" ", "-"))
def test_what_is_to_be_broken_is_still_there_once_and_its_test_too(mutation: Mutation, root: Path) -> None:
    text = (root / mutation.edit.file).read_text(encoding="utf-8")
    assert edited(text, mutation.edit) != text
    file, _, name = mutation.test.partition("::")
    assert f"def {name}(" in (root / file).read_text(encoding="utf-8") or not name


@pytest.mark.parametrize("text", ["nothing of it", "here, and here"])
def test_a_text_that_is_gone_or_doubled_is_an_error_not_a_pass(text: str) -> None:
    with pytest.raises(MutationLost, match=r"rule\.py holds [02] times"):
        edited(text, Edit("rule.py", "here", "there"))


def test_a_test_that_cannot_be_found_is_an_error_not_a_failure(bench: Bench) -> None:
    with pytest.raises(RuntimeError, match="did not run"):
        bench.passes(["tests/domain/test_text.py::test_of_nothing"])
