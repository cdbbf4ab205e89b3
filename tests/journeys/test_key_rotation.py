"""Are keys followed by who uses them, and is none ever lost that a secret needs?"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from fakes.administrator import Administrator, types
from fakes.served_tenant import ServedTenant
from instep.admin.applications import add_app
from instep.admin.job_creation import create_job
from instep.store.key_file import KeyFile, KeysUnreadable
from instep.store.secret_box import SecretUnreadable, key_number, open_secret_box
from instep.wiring import open_instep
from journeys.test_the_service_follows_the_directory import accounts, serving, starts, until

TOKENS = ("first token", "second token", "third token")
MADE_AT = "2026-03-02T08:00:00Z"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An installation with three Secret Tokens."""
    with open_instep(tmp_path / "data") as instep:
        for token in TOKENS:
            app, _ = add_app(instep.applications, "custom-scim", token, instep.clock, instep.new_id, "tester")
            job = create_job(instep.service, app, "tester")
            instep.jobs.connect(job, token, instep.clock(), "tester")
    return tmp_path / "data"


def _rotate(data: Path) -> None:
    with open_instep(data) as instep:
        KeyFile(data / "key").add(MADE_AT)
        instep.jobs.seal_by_newest()
        used, file = instep.jobs.secrets_by_key(), KeyFile(data / "key")
        file.drop([key.number for key in file.all() if not used.get(key.number)])


def _tokens(data: Path) -> dict[str, str]:
    with open_instep(data) as instep:
        return {job.app_name: instep.jobs.secret_token(job) for job in instep.jobs.all()}


def test_whoever_runs_already_seals_with_a_new_key_and_opens_what_others_sealed(tmp_path: Path) -> None:
    first, second = open_secret_box(tmp_path / "key"), open_secret_box(tmp_path / "key")
    before = first.seal("old", "job")
    assert KeyFile(tmp_path / "key").add(MADE_AT).number == 2
    after = second.seal("new", "job")
    assert (key_number(before), key_number(after)) == (1, 2)
    assert (first.open(after, "job"), second.open(before, "job")) == ("new", "old")
    KeyFile(tmp_path / "key").drop([1])
    assert first.open(after, "job") == "new"
    with pytest.raises(SecretUnreadable, match="Put the key back"):
        first.open(before, "job")


def test_the_newest_key_is_never_dropped(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "key")
    file.make_first(MADE_AT)
    file.add(MADE_AT)
    file.drop([1, 2, 3])
    assert [key.number for key in file.all()] == [2]
    assert file.add(MADE_AT).number == 3


def test_a_rotation_leaves_every_token_as_it_was_under_a_new_key(data: Path) -> None:
    before = (data / "key").read_bytes()
    _rotate(data)
    assert _tokens(data) == dict(zip(TOKENS, TOKENS, strict=True))
    with open_instep(data) as instep:
        assert instep.jobs.secrets_by_key() == {2: 3}
    assert [key.number for key in KeyFile(data / "key").all()] == [2]
    (data / "key").write_bytes(before)
    with pytest.raises(SecretUnreadable):
        _tokens(data)


def test_a_token_that_no_key_opens_holds_up_no_other(data: Path) -> None:
    with open_instep(data) as instep:
        store: Any = instep.jobs
        with store._database.write() as connection:
            apps = "SELECT id FROM apps WHERE name = 'second token'"
            connection.exec_driver_sql(f"UPDATE jobs SET secret_token = X'02000000' WHERE app_id IN ({apps})")
        KeyFile(data / "key").add(MADE_AT)
        done = instep.jobs.seal_by_newest()
        assert (done.number, done.unreadable) == (2, 1)


def _dies_at(step: int, data: Path) -> bool:
    """Whether a rotation in a process of its own was killed at its step of that number; False: it came to its end."""
    child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            _count_down(step)
            _rotate(data)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _count_down(steps: int) -> None:
    """Kill this process as by a power cut before so many more things reach the disk."""
    left = [steps]

    def before(deed: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **named: Any) -> Any:
            strike()
            return deed(*args, **named)

        return counted

    def strike(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("fsync", "replace", "open", "write", "unlink"):
        setattr(os, name, before(getattr(os, name)))
    event.listen(Engine, "commit", strike)


def test_a_rotation_that_is_killed_at_any_step_loses_no_token_and_can_be_repeated(data: Path) -> None:
    step, killed = 1, 0
    while _dies_at(step, data):
        killed += 1
        assert _tokens(data) == dict(zip(TOKENS, TOKENS, strict=True)), step
        step += 1
    assert killed >= 12
    _rotate(data)
    assert {each.name for each in data.glob("key*")} == {"key", "key.lock"}
    assert len(KeyFile(data / "key").all()) == 1


@pytest.mark.parametrize(
    "change", [lambda b: b"", lambda b: b[:-30], lambda b: b.replace(b"1", b"2"), lambda b: b"x" * 32]
)
def test_a_file_that_was_damaged_is_told_and_never_replaced(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "key"
    open_secret_box(path)
    path.write_bytes(change(path.read_bytes()))
    content = path.read_bytes()
    with pytest.raises(SecretUnreadable, match="damaged"):
        open_secret_box(path)
    with pytest.raises(KeysUnreadable):
        KeyFile(path).add(MADE_AT)
    assert path.read_bytes() == content


def test_a_file_that_is_gone_while_it_is_used_is_not_made_again(tmp_path: Path) -> None:
    box = open_secret_box(tmp_path / "key")
    (tmp_path / "key").unlink()
    with pytest.raises(SecretUnreadable, match="cannot be read"):
        box.seal("x", "job")
    assert not (tmp_path / "key").exists()


def test_a_service_that_runs_goes_on_with_the_new_key_alone(connected: Administrator, tenant: ServedTenant) -> None:
    data = connected.instep.settings.data_directory
    connected.hires("ada")
    connected.assigns_everyone()
    starts(connected)
    with serving(data):
        until(lambda: accounts(tenant), {"ada": True})
        assert '"resealed":1' in types("keys", "rotate", "--json", data=data).stdout
        assert types("keys", "prune", data=data).stdout.startswith("Thrown away: 1.")
        connected.hires("bob")
        until(lambda: accounts(tenant), {"ada": True, "bob": True})
    assert "   2  made at" in types("keys", "list", data=data).stdout
