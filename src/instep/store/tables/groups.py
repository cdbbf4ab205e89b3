"""Which tables hold what is known of an application's groups: links, the members last written, escrows, holds?"""

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from instep.store.tables.base import Integer, Text, metadata

group_links = Table(
    "group_links",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", Text, nullable=False),
    Column("target_identity", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("resource_id", Text, nullable=False),  # the group's id at the target
    Column("origin", Text, nullable=False),  # created or matched
    Column("last_written", Text, nullable=False),  # JSON: target attribute -> value; members are rows of their own
    Column("is_compared", Boolean, nullable=False),  # whether every member was compared since the link was made
    Column("linked_at", Text, nullable=False),
    UniqueConstraint("job_id", "target_identity", "group_id"),
    UniqueConstraint("job_id", "target_identity", "resource_id"),
    sqlite_autoincrement=True,
)

# A row is a member at the target, as far as what was written tells. Group and target are those of the link.
written_memberships = Table(
    "written_memberships",
    metadata,
    Column("link_id", Integer, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("is_certain", Boolean, nullable=False),  # false: a request about it had no answer
    PrimaryKeyConstraint("link_id", "user_id"),
    sqlite_with_rowid=False,
)
Index("ix_written_memberships_user_id", written_memberships.c.user_id)

group_escrows = Table(
    "group_escrows",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("facts", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "group_id"),
)

# What is held of groups, or an administrator wants left as it is: the set says which. Re-decided in every cycle.
held_groups = Table(
    "held_groups",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("member_id", Text, nullable=False),  # the user who may not come or go yet; empty for the group itself
    Column("plan_id", Integer, nullable=False),
    Column("subject", Text, nullable=False),  # as of the set
    Column("since", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "group_id", "member_id"),
)

# Groups of which some members were provisioned on demand: the next cycle gives them a turn, and compares them.
due_groups = Table(
    "due_groups",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "group_id"),
)
