"""Do the migrations make the tables that the code expects, and keep off what a newer version made?"""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from instep.store.database import open_sqlite
from instep.store.migrations import NewerDatabase, bring_up_to_date
from instep.store.tables import metadata


def test_a_new_database_has_exactly_the_tables_of_the_metadata(tmp_path: Path):
    database = open_sqlite(tmp_path / "instep.db")
    bring_up_to_date(database)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_columns_are_in_the_order_of_the_metadata_in_which_previews_copy_them(tmp_path: Path):
    database = open_sqlite(tmp_path / "instep.db")
    bring_up_to_date(database)
    with database.read() as connection:
        for table in metadata.sorted_tables:
            made = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table.name})")]
            assert made == [column.name for column in table.columns], table.name


def test_bringing_a_database_up_to_date_again_changes_nothing(tmp_path: Path):
    database = open_sqlite(tmp_path / "instep.db")
    bring_up_to_date(database)
    with database.write() as connection:
        connection.execute(text("INSERT INTO groups VALUES ('g', 'Sales', 'sales', '{}', '2026', NULL)"))
    bring_up_to_date(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM groups")).scalar() == 1


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path):
    database = open_sqlite(tmp_path / "instep.db")
    bring_up_to_date(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="newer version"):
        bring_up_to_date(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
