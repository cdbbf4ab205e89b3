"""What another connection has written is noticed at the next question, and one's own writing is not taken for it."""

import asyncio
from contextlib import closing
from pathlib import Path

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


async def test_in_one_turn_of_the_event_loop_it_is_asked_once_and_in_the_next_again(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as ours, closing(open_database(tmp_path)) as theirs:
        asked: list[str] = []
        ours.set_trace_callback(asked.append)
        others = OtherWriters(ours)
        before = {others.version() for _ in range(10)}
        assert len(asked) == 1
        await asyncio.sleep(0)
        theirs.execute("INSERT INTO tenant_settings VALUES ('patch_answer', 'x')")
        assert others.version() not in before
        assert len(asked) == 2
