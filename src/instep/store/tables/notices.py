"""Which table holds the mails that are to be sent, were sent, or could not be?"""

from sqlalchemy import Column, Index, Table, text

from instep.store.tables.base import Integer, Text, metadata

# Written in the transaction of what it is about, so that no crash loses it; one row for each recipient.
mails = Table(
    "mails",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("app_name", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("kind", Text, nullable=False),  # instep.ledger.notices.NoticeKind
    Column("facts", Text, nullable=False),  # JSON: what the sentences are written from
    Column("state", Text, nullable=False),  # queued, sent, given up
    Column("attempts", Integer, nullable=False),  # that failed
    Column("next_attempt_at", Text, nullable=False),
    Column("claimed_until", Text),  # whoever sends it now has it until then
    Column("sent_at", Text),
    Column("problem", Text),  # why it could not be sent, the last time
)
Index(
    "ix_mails_queued",
    mails.c.next_attempt_at,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)
