"""Do the migrations make the tables that the code expects, take them back, and keep off what a newer version made?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from fakes.postgresql import is_on_postgresql, postgresql_url
from instep.store.database import Database, open_sqlite
from instep.store.migrations import NewerDatabase, bring_up_to_date, take_back
from instep.store.postgresql.database import open_postgresql
from instep.store.tables import metadata

A_GROUP = (
    "INSERT INTO groups (id, display_name, display_name_key, attributes, created_at)"
    " VALUES ('g', 'Sales', 'sales', '{}', '2026')"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """One that is new, on either kind; on PostgreSQL it was made from a migrated one."""
    if is_on_postgresql():
        with postgresql_url() as url:
            opened = open_postgresql(url)
            yield opened
            opened.close()
    else:
        opened = open_sqlite(tmp_path / "instep.db")
        yield opened
        opened.close()


def test_a_new_database_has_exactly_the_tables_of_the_metadata(database: Database):
    bring_up_to_date(database)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_columns_are_in_the_order_of_the_metadata_in_which_previews_copy_them(database: Database):
    bring_up_to_date(database)
    with database.read() as connection:
        for table in metadata.sorted_tables:
            made = [column["name"] for column in inspect(connection).get_columns(table.name)]
            assert made == [column.name for column in table.columns], table.name


def test_bringing_a_database_up_to_date_again_changes_nothing(database: Database):
    bring_up_to_date(database)
    with database.write() as connection:
        connection.execute(text(A_GROUP))
    bring_up_to_date(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM groups")).scalar() == 1


def test_all_that_was_made_can_be_taken_back_with_what_is_in_it_and_made_again(database: Database):
    bring_up_to_date(database)
    with database.write() as connection:
        connection.execute(text(A_GROUP))
        connection.execute(
            text(
                "INSERT INTO apps (id, name, name_key, template_id, schema, created_at)"
                " VALUES ('a', 'App', 'app', 'x', '{}', '2026')"
            )
        )
        connection.execute(text("INSERT INTO app_roles VALUES ('r', 'a', 'R', '', true, '')"))
    take_back(database)
    with database.read() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    bring_up_to_date(database)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(text("SELECT count(*) FROM apps")).scalar() == 0


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(database: Database):
    bring_up_to_date(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="newer version"):
        bring_up_to_date(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
