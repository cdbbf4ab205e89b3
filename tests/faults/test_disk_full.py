"""The disk of the database is full in the middle of a cycle: what is said, is anybody lost, and does it go on?

A disk of four megabytes where this process may mount one, and a quota anywhere: a limit on the size of its files.
"""

import resource
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.administrator import Administrator, administrator, types
from fakes.faulty_target import SECRET_TOKEN, Arrival, FaultyTarget
from instep.wiring import DatabaseUnusable

PEOPLE = [f"p{number:03}" for number in range(60)]
SENT_BEFORE = 20
BLOCK = bytes(1 << 12)

Full = Callable[[], None]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def company(folder: Path, target: FaultyTarget) -> Iterator[Administrator]:
    with administrator(folder) as found:
        found.connects(target.tenant_url, SECRET_TOKEN)
        found.hires(*PEOPLE)
        found.assigns_everyone()
        found.sets(concurrency="2")
        target.forget_arrivals()
        yield found


def fills_up(target: FaultyTarget, fill: Full) -> None:
    """The disk is full from the moment when so many requests have arrived."""

    def look(arrival: Arrival) -> None:
        if arrival.method == "POST" and target.arrived("POST").index(arrival) == SENT_BEFORE:
            fill()

    target.on_arrival = look


def assert_it_goes_on(admin: Administrator, target: FaultyTarget) -> None:
    target.on_arrival = None
    admin.provisions()
    assert Counter(each.about for each in target.arrived("POST")) == {f"{name}@corp.example": 1 for name in PEOPLE}
    assert admin.instep.jobs.link_counts(admin.job) == (len(PEOPLE), len(PEOPLE))
    assert sorted(entry.entry.user_id for entry in admin.log()) == sorted(PEOPLE)


def test_a_cycle_on_a_full_disk_ends_with_a_sentence_and_goes_on_when_there_is_room(
    small_disk: Path, target: FaultyTarget
) -> None:
    filler = small_disk / "filler"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            while file.write(BLOCK) == len(BLOCK):
                continue

    def fill_up() -> None:
        with pytest.raises(OSError, match="No space left"):
            fill()

    with company(small_disk, target) as admin:
        fills_up(target, fill_up)
        with pytest.raises(DatabaseUnusable, match=r"no room left on its disk\. Nothing is lost"):
            admin.provisions()
        typed = types("users", "set", PEOPLE[0], "jobTitle=Director", data=small_disk / "instep")
        assert typed.returncode == 1
        assert "no room left on its disk" in typed.stderr
        assert "Traceback" not in typed.stderr
        filler.unlink()
        assert_it_goes_on(admin, target)


def test_a_cycle_over_a_quota_ends_with_a_sentence_and_goes_on_when_there_is_room(
    tmp_path: Path, target: FaultyTarget
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = tmp_path / "instep" / "instep.db-wal"

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, before[1]))

    with company(tmp_path, target) as admin:
        fills_up(target, fill)
        try:
            with pytest.raises(DatabaseUnusable, match="Nothing is lost"):
                admin.provisions()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert_it_goes_on(admin, target)
