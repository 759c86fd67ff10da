"""Every probe of the table gets its status, its code and nothing that tells who answers."""

import re

import pytest

from tests.api.probes import PROBES, Probe
from tests.api.rig import HARDENED, TOKEN, Served

TELLING = re.compile(rb"uvicorn|starlette|python|h11|traceback|/home|site-packages", re.IGNORECASE)


@pytest.mark.parametrize("probe", PROBES, ids=[probe.name for probe in PROBES])
def test_a_probe_gets_its_answer(served: Served, probe: Probe) -> None:
    answer = served.send(probe.bytes_for(served.host), probe.method)
    said = answer.body if probe.method != "HEAD" else b""
    assert (answer.status, answer.code if probe.code else "") == (probe.status, probe.code), said
    assert {name: answer.headers.get(name) for name in HARDENED} == HARDENED
    told = {name for name in answer.headers if name.startswith("access-control") or name in ("server", "x-powered-by")}
    assert told == set()
    if probe.code:
        error = answer.json["error"]
        assert set(answer.json) == {"error"} and set(error) == {"id", "code", "message"}
        assert re.fullmatch(r"[0-9a-f]{16}", error["id"])
        assert TELLING.search(answer.body) is None
        assert TOKEN.encode() not in answer.body
    assert ("allow" in answer.headers) == (probe.status == 405)
    assert ("www-authenticate" in answer.headers) == (probe.status == 401)


def test_the_table_is_as_long_as_it_should_be_and_no_name_stands_twice() -> None:
    assert len(PROBES) > 100
    assert len({probe.name for probe in PROBES}) == len(PROBES)


def test_no_refusal_has_the_id_of_another(served: Served) -> None:
    assert len({served.get("/nowhere").json["error"]["id"] for _ in range(20)}) == 20
