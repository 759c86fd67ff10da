"""Files that are there whole or not at all, and folders with one writer."""

import os
from pathlib import Path

import pytest

from core.adapters.whole_files import put_whole, sole_writer


def test_a_file_is_put_in_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    for raw in (b"old", b"new"):
        put_whole(path, raw)
        assert path.read_bytes() == raw
    assert list(tmp_path.iterdir()) == [path]


def test_what_stops_half_way_leaves_the_old_file_and_nothing_else_that_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "part.parquet"
    put_whole(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        put_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir() if not each.name.startswith(".")] == [path.name]


def test_a_folder_has_one_writer_at_a_time(tmp_path: Path) -> None:
    with sole_writer(tmp_path), pytest.raises(BlockingIOError), sole_writer(tmp_path):
        raise AssertionError("two writers")
    with sole_writer(tmp_path):
        pass
