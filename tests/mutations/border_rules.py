"""Rules of the feed, the ledger and the borders, broken one at a time (RELIABILITY.md sections 1 to 3)."""

from tests.mutations.mutation import Edit, Mutation

_SUPERVISED = "tests/cli/test_supervised.py::"
_KEPT = "tests/adapters/test_kept_state.py::"
_STATE = "tests/adapters/test_state_codec.py::"
_STORE, _SESSION = "tests/adapters/test_sqlite_store.py::", "tests/session/test_session.py::"

BORDERS = (
    Mutation(
        "a price is plain digits",
        Edit(
            "core/adapters/coinbase_numbers.py",
            "(Decimal(text) or None) if _PLAIN.fullmatch(text)",
            "Decimal(text) if text.strip()",
        ),
        "tests/adapters/test_coinbase_numbers.py::test_only_plain_ascii_digits_in_a_string_are_a_price",
    ),
    Mutation(
        "a spike waits for a second price (P2)",
        Edit(
            "core/adapters/spikes.py",
            "                seen.held = price\n                return False",
            "                seen.held = price",
        ),
        "tests/adapters/test_spikes.py::test_a_lone_spike_changes_nothing",
    ),
    Mutation(
        "a sequence gap is noticed (P3)",
        Edit("core/adapters/sequence.py", "return Order.GAP", "return Order.FOLLOWS"),
        "tests/adapters/test_sequence.py::test_a_gap_says_how_many_were_lost",
    ),
    Mutation(
        "the chain of events is verified (M2)",
        Edit(
            "core/adapters/ledger_chain.py",
            "if seq != before + 1 or prev_hash != previous or chained(previous, kind, at, payload) != own_hash:",
            "if seq < 0:",
        ),
        "tests/adapters/test_ledger_file.py::test_a_broken_chain_is_found_when_the_facts_are_read",
    ),
    Mutation(
        "every part of a folded ledger is kept",
        Edit("core/adapters/state_codec.py", "if each.compare]", 'if each.compare and each.name != "funded_until"]'),
        _STATE + "test_any_facts_kept_at_any_point_come_to_what_they_come_to",
    ),
    Mutation(
        "no field of a folded ledger is called one that need not be kept",
        Edit(
            "core/trading/account.py",
            "_bookings: list[tuple[datetime, Decimal, str]] = field(default_factory=list)",
            "_bookings: list[tuple[datetime, Decimal, str]] = field(default_factory=list, compare=False)",
        ),
        _STATE + "test_only_what_follows_from_the_rest_is_left_out_and_nothing_can_be_kept_beside_the_fields",
    ),
    Mutation(
        "every event is hashed at a start, whatever is kept (M2)",
        Edit("core/adapters/kept_state.py", "if hashed(db, kept.at.seq) != kept.at:", "if False:"),
        _KEPT + "test_an_event_changed_by_hand_is_refused_though_the_state_was_kept_beyond_it",
    ),
    Mutation(
        "what is kept is held against the tables (R2)",
        Edit("core/adapters/kept_state.py", "    if what:", "    if False:"),
        _KEPT + "test_whatever_is_wrong_with_it_everything_is_folded_as_if_nothing_had_been_kept",
    ),
    Mutation(
        "events can only be added (M2)",
        Edit(
            "core/adapters/ledger_schema.py",
            "BEFORE UPDATE ON events\n        BEGIN SELECT RAISE(ABORT, 'events are append-only')",
            "BEFORE UPDATE ON events\n        BEGIN SELECT RAISE(IGNORE)",
        ),
        _STORE + "test_events_can_neither_be_changed_nor_deleted",
    ),
    Mutation(
        "a commit comes before what it decided is shown",
        Edit("core/session/journal.py", "return bool(self._queue) and not self._failing", "return False"),
        _SESSION + "test_an_entry_is_shown_only_after_it_is_committed",
        quick=True,
    ),
    Mutation(
        "an entry that cannot be stored is taken back",
        Edit("core/session/journal.py", "self._undo(EntryUndone(position_id, at))", "pass"),
        _SESSION + "test_an_entry_that_cannot_be_stored_never_was",
    ),
    Mutation(
        "the controls from 0x80 on are dropped",
        Edit("core/domain/text.py", r"\x7f-\x9f", r"\x7f"),
        "tests/domain/test_text.py::test_what_steers_a_terminal_is_dropped_and_the_rest_kept",
    ),
    Mutation(
        "secrets are taken out of texts",
        Edit("core/domain/text.py", "hidden(STEERING.sub", "str(STEERING.sub"),
        "tests/domain/test_secret.py::test_a_value_is_taken_out_in_every_form_of_it",
        quick=True,
    ),
    Mutation(
        "webhook paths are taken out of the log",
        Edit("atlas_tui/cli/log_file.py", "(?<=/api/webhooks/)", "(?<=/api/webhook/)"),
        "tests/cli/test_logs.py::test_secrets_are_taken_out",
    ),
    Mutation(
        "a secret shows itself to nobody",
        Edit(
            "core/domain/secret.py",
            "    def __repr__(self) -> str:\n        return MASK",
            "    def __repr__(self) -> str:\n        return self._value",
        ),
        "tests/domain/test_secret.py::test_it_is_never_shown",
    ),
    Mutation(
        "a key file that others can read is refused",
        Edit(
            "core/config/secrets.py", "if private and stat.S_IMODE(info.st_mode) & 0o077:", "if private and not info:"
        ),
        "tests/config/test_secrets.py::test_a_key_file_that_is_not_private_or_not_one_is_refused_with_its_cure",
    ),
    Mutation(
        "a cell never starts a formula",
        Edit("atlas_tui/cli/listing.py", '{"=", "+", "-", "@", "\\t", "\\r"}', '{"=", "+", "-", "\\t", "\\r"}'),
        "tests/cli/test_listing.py::test_a_cell_that_looks_like_a_formula_is_disarmed",
    ),
    Mutation(
        "http is for this machine only",
        Edit("core/adapters/loopback.py", "if parts.scheme == plain and not is_loopback(host):", "if not host:"),
        "tests/adapters/test_coinbase_rest.py::test_a_live_host_is_never_asked_over_plain_http",
    ),
    Mutation(
        "a redirect is not followed",
        Edit("core/adapters/rest_transport.py", "session.adapters.clear()", "session.max_redirects = 5"),
        "tests/adapters/test_coinbase_rest.py::test_a_redirect_is_not_followed",
    ),
    Mutation(
        "one process holds a state directory (R6)",
        Edit("core/adapters/state_dir.py", "fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_SH | fcntl.LOCK_NB"),
        "tests/adapters/test_state_dir.py::test_a_refusal_does_not_free_the_lock_of_the_holder",
    ),
    Mutation(
        "a desk that stands still feeds no watchdog",
        Edit("atlas_tui/cli/supervised.py", '[] if ailment else ["WATCHDOG=1"]', '["WATCHDOG=1"]'),
        _SUPERVISED + "test_a_desk_that_stands_still_says_where_and_feeds_no_watchdog_until_it_moves",
    ),
    Mutation(
        "a venue that is down is no reason to end the desk",
        Edit(
            "core/session/session.py",
            "(at.connected, at.last_message_s, at.attempt, at.retry_at_s)",
            "at.last_message_s",
        ),
        "tests/session/test_vitals.py::test_an_hour_without_the_venue_is_no_ailment_but_a_feed_that_hangs_is",
    ),
    Mutation(
        "no child speaks for the desk to the service manager",
        Edit("core/adapters/service_socket.py", 'environ.pop(name, "")', 'environ.get(name, "")'),
        "tests/adapters/test_service_socket.py::test_no_child_can_speak_for_this_process",
    ),
    Mutation(
        "a check of the doctor that breaks takes no other down",
        Edit("atlas_tui/cli/doctor/examining.py", "except Exception as error:", "except OSError as error:"),
        "tests/cli/test_doctor_parts.py::test_a_check_that_breaks_or_hangs_takes_no_other_down",
    ),
)
