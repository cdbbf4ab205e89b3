"""Is a Secret Token safe at rest?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from fakes.installation import Installation
from instep.store.jobs import JobStore
from instep.store.key_file import Key
from instep.store.secret_box import SecretBox, SecretUnreadable, open_secret_box
from instep.store.tables.jobs import jobs

TOKEN = "t0ken-that-must-not-be-found-anywhere"


def _box(secret: bytes = bytes(32)) -> SecretBox:
    return SecretBox(lambda: [Key(1, "", secret)])


def test_what_was_sealed_is_opened_for_the_same_owner_only() -> None:
    box = _box()
    sealed = box.seal(TOKEN, "job-1")
    assert box.open(sealed, "job-1") == TOKEN
    with pytest.raises(SecretUnreadable):
        box.open(sealed, "job-2")


def test_one_secret_is_never_sealed_alike_twice() -> None:
    box = _box()
    assert box.seal(TOKEN, "job") != box.seal(TOKEN, "job")


def test_another_key_does_not_open_and_says_what_to_do() -> None:
    with pytest.raises(SecretUnreadable, match="connect the application again"):
        _box(b"1" * 32).open(_box().seal(TOKEN, "job"), "job")


def test_one_changed_byte_anywhere_is_noticed() -> None:
    box = _box()
    sealed = box.seal(TOKEN, "job")
    for place in range(len(sealed)):
        damaged = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SecretUnreadable):
            box.open(damaged, "job")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"short"])
def test_what_is_no_sealed_secret_is_refused_in_words(sealed: bytes) -> None:
    with pytest.raises(SecretUnreadable):
        _box().open(sealed, "job")


def test_the_key_is_made_once_in_a_file_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    sealed = open_secret_box(path).seal(TOKEN, "job")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert open_secret_box(path).open(sealed, "job") == TOKEN
    assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_all_who_open_at_once_have_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        boxes = list(pool.map(lambda _: open_secret_box(tmp_path / "key"), range(16)))
    sealed = boxes[0].seal(TOKEN, "job")
    assert {box.open(sealed, "job") for box in boxes} == {TOKEN}


@pytest.mark.parametrize("content", [b"", b"too short", b"x" * 33])
def test_a_damaged_key_is_never_used_nor_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(SecretUnreadable, match="damaged"):
        open_secret_box(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == content


def test_no_file_of_the_installation_holds_the_token_in_clear_text(installed: Installation, tmp_path: Path) -> None:
    store = JobStore(installed.database, _box())
    store.connect(installed.job, TOKEN, installed.now, "tester")
    assert store.secret_token(installed.job) == TOKEN
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert TOKEN.encode() not in file.read_bytes(), file.name
            assert file.stat().st_mode & 0o077 == 0, file.name


def test_swapped_rows_of_two_jobs_open_for_neither(installed: Installation) -> None:
    store = installed.jobs
    with installed.database.write() as connection:
        sealed = connection.execute(select(jobs.c.secret_token)).scalar_one()
        connection.execute(jobs.update().values(secret_token=_box().seal(TOKEN, "another job")))
    with pytest.raises(SecretUnreadable):
        store.secret_token(installed.job)
    with pytest.raises(SecretUnreadable):
        _box().open(sealed, "another job")
    assert replace(installed.job).id == "job"
