"""The description is true: every path it names answers as it says, whatever is asked (schemathesis)."""

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import negative_data_rejection, positive_data_acceptance

from tests.api.rig import TOKEN, Served

PATHS = [
    *("/health", "/status", "/positions", "/signals", "/setups", "/trades", "/performance", "/leverage"),
    *("/metrics", "/events", "/pictures", "/openapi.json"),
]
LISTS = ("/positions", "/signals", "/setups", "/trades")
STREAMS = ("/events", "/pictures")
"""They never end, so their bodies are held against nothing."""
# Left out of the checks: "what fits is accepted", for a symbol or a cursor may fit and not be there; and "what does not
# fit is refused", for schemathesis does not take 414 for a refusal: tests/api/test_paging.py has nonsense of all kinds.


@pytest.fixture(scope="module")
def document(patient: Served) -> Any:
    return patient.get("/openapi.json").json


@pytest.fixture(scope="module")
def described(patient: Served, document: Any) -> Any:
    """The description as schemathesis has it, with the served desk behind it."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=f"http://{patient.host}")
    return schema


def test_it_names_every_path_and_the_token(document: Any) -> None:
    assert sorted(document["paths"]) == sorted(PATHS)
    open_paths = [path for path, item in document["paths"].items() if item["get"].get("security") == []]
    assert (open_paths, document["security"]) == (["/health"], [{"token": []}])


def test_every_answer_has_the_shape_that_is_described(patient: Served, document: Any) -> None:
    for path, item in document["paths"].items():
        if path in STREAMS:
            continue
        (media, told), answer = next(iter(item["get"]["responses"]["200"]["content"].items())), patient.get(path)
        assert answer.headers["content-type"] == media
        schema = {**told["schema"], "components": document["components"]}
        body = answer.json if media == "application/json" else answer.body.decode()
        jsonschema_rs.validator_for(schema).validate(body)


def test_every_refusal_has_the_shape_that_is_described(patient: Served, document: Any) -> None:
    schema = document["components"]["schemas"]["Error"]
    for answer in (patient.get("/nowhere"), patient.get("/status", token=""), patient.get("/trades?limit=x")):
        jsonschema_rs.validator_for(schema).validate(answer.json)


@pytest.mark.parametrize("mode", GenerationMode, ids=str)
@pytest.mark.parametrize("path", [path for path in PATHS if path not in STREAMS])
def test_whatever_is_asked_the_answer_is_one_that_is_described(described: Any, path: str, mode: GenerationMode) -> None:
    operation = described[path]["GET"]
    if mode is GenerationMode.NEGATIVE and path not in LISTS:
        return  # nothing can be asked of it, so nothing can be asked wrongly

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    def answers(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"})
        case.validate_response(answer, excluded_checks=[positive_data_acceptance, negative_data_rejection])
        assert answer.status_code < 500

    answers()
