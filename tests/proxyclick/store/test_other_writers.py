"""What another connection has written is noticed at the next question, and one's own writing is not taken for it."""

from contextlib import closing
from pathlib import Path

import pytest

from proxyclick.store.database import open_database
from proxyclick.store.other_writers import OtherWriters


def test_each_commit_of_another_connection_is_noticed_at_once(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as ours, closing(open_database(tmp_path)) as theirs:
        others = OtherWriters(ours)
        seen = {others.version()}
        for number in range(50):
            theirs.execute("INSERT OR REPLACE INTO tenant_settings VALUES ('patch_answer', ?)", (str(number),))
            seen.add(others.version())
            ours.execute("INSERT OR REPLACE INTO tenant_settings VALUES ('email_rule', ?)", (str(number),))
            assert others.version() in seen
        assert len(seen) == 51


def test_what_is_not_committed_is_not_noticed(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as ours, closing(open_database(tmp_path)) as theirs:
        others = OtherWriters(ours)
        before = others.version()
        theirs.execute("BEGIN IMMEDIATE")
        theirs.execute("INSERT INTO tenant_settings VALUES ('patch_answer', 'x')")
        assert others.version() == before
        theirs.execute("COMMIT")
        assert others.version() != before


def test_it_is_noticed_as_well_where_the_counter_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxyclick.store.other_writers._wal_index", lambda _: None)
    test_each_commit_of_another_connection_is_noticed_at_once(tmp_path)
