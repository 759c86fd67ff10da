"""Rules of the HTTP API, broken one at a time (RELIABILITY.md section 3)."""

from tests.mutations.mutation import Edit, Mutation

_GATE = "core/adapters/api/gate.py"
_CONNECTION = "core/adapters/api/connection.py"
_PROBES = "tests/api/test_probes.py::test_a_probe_gets_its_answer"
_CONNECTIONS = "tests/api/test_connections.py::"

API = (
    Mutation(
        "the token is compared whole",
        Edit(_GATE, "if self._token.matches(offered):", "if self._token.reveal().encode().startswith(offered):"),
        _PROBES,
    ),
    Mutation(
        "every path but one asks for the token",
        Edit("core/adapters/api/app.py", "is None or not", "is None or"),
        _PROBES,
    ),
    Mutation(
        "a host is known with its port",
        Edit(_GATE, "if hosts[0].lower() not in self._hosts:", 'if hosts[0].partition(b":")[0] == b"evil.example":'),
        _PROBES,
    ),
    Mutation(
        "no other page may read it", Edit(_GATE, 'for origin in asked.all(b"origin"):', "for origin in ():"), _PROBES
    ),
    Mutation("it is only read", Edit(_GATE, '("GET", "HEAD")', '("GET", "HEAD", "POST", "PUT")'), _PROBES),
    Mutation("a request has no body", Edit(_GATE, 'value.strip(b" 0")', "not value"), _PROBES),
    Mutation(
        "wrong tokens are counted",
        Edit(_GATE, "self._guesses.wrong(asked.peer, now_s)", "pass"),
        "tests/api/test_guessing.py::test_ten_wrong_tokens_in_a_minute_then_429_and_the_right_one_still_works",
    ),
    Mutation(
        "the head of a request must come in time",
        Edit(_CONNECTION, "self._refuse(Refused(408", "print(Refused(408"),
        _CONNECTIONS + "test_half_a_request_is_ended_in_time",
    ),
    Mutation(
        "a refusal is not lost to who is still sending",
        Edit(_CONNECTION, "        self._real.write_eof()\n", "        self._real.close()\n        return\n"),
        _CONNECTIONS + "test_a_refusal_reaches_a_reader_that_is_still_sending",
    ),
    Mutation(
        "other machines need both the word and a token",
        Edit("core/config/api_rules.py", "    if not api.expose:", "    if api.expose is None:"),
        "tests/config/test_api_rules.py::test_another_address_needs_both_the_word_and_a_token",
    ),
    Mutation(
        "a ledger that cannot be read is no empty list",
        Edit("core/adapters/api/app.py", 'Refused(503, "unreadable"', 'Refused(404, "unreadable"'),
        "tests/api/test_answers.py::test_a_ledger_that_cannot_be_read_is_an_error_and_no_empty_list",
    ),
)
