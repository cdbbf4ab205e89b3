"""What do all tables share? The metadata with its naming of constraints, so that migrations can name them.

Moments are texts as `instep.clock.to_text` writes them; documents are JSON texts.
"""

import sqlalchemy as sa
from sqlalchemy import MetaData

# Compared and ordered by code points, as SQLite does, whatever the locale of a PostgreSQL database is.
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# Eight bytes, as in SQLite: the numbers of changes, operations and log entries only ever grow.
Integer = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
