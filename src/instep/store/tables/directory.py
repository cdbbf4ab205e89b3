"""Which tables hold the directory: users, groups, memberships, the change log, and files being imported?"""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, text

from instep.store.tables.base import Integer, Text, metadata

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    # The user principal name, casefolded, for look-ups. Not unique: a leaver in the recycle bin keeps it, and one
    # import may pass a name from one user to another in two batches; the directory's rules keep it unique otherwise.
    Column("user_principal_name_key", Text, nullable=False, index=True),
    Column("attributes", Text, nullable=False),  # a JSON object of source attributes; keys sorted; no nulls
    Column("manager_id", Text, index=True),
    Column("created_at", Text, nullable=False),
    Column("deleted_at", Text),  # when it was soft-deleted; null while it is live
    # What lists are ordered and searched by, taken from the attributes (directory/listing.py); "" where there is none.
    Column("display_name_key", Text, nullable=False),
    Column("surname_key", Text, nullable=False),
    Column("department_key", Text, nullable=False),
    Column("is_enabled", Integer, nullable=False),
    Column("external_id", Text),  # the attribute externalId, for look-ups by the identity provider that pushes the user
    Column("mail_key", Text),  # the attribute mail, casefolded, likewise
)
# Only of the few in the recycle bin: SQLite would otherwise look for the live ones, nearly all, through this index.
Index(
    "ix_users_deleted_at",
    users.c.deleted_at,
    sqlite_where=text("deleted_at IS NOT NULL"),
    postgresql_where=text("deleted_at IS NOT NULL"),
)
_LIVE: dict[str, Any] = {name: text("deleted_at IS NULL") for name in ("sqlite_where", "postgresql_where")}
Index("ix_users_display_name_key", users.c.display_name_key, users.c.id, **_LIVE)
Index("ix_users_surname_key", users.c.surname_key, users.c.id, **_LIVE)
Index("ix_users_department_key", users.c.department_key, users.c.display_name_key, users.c.id, **_LIVE)
Index("ix_users_is_enabled", users.c.is_enabled, users.c.display_name_key, users.c.id, **_LIVE)

_PUSHED: dict[str, Any] = {name: text("external_id IS NOT NULL") for name in ("sqlite_where", "postgresql_where")}
Index("ix_users_external_id", users.c.external_id, **_PUSHED)
_WITH_MAIL: dict[str, Any] = {name: text("mail_key IS NOT NULL") for name in ("sqlite_where", "postgresql_where")}
Index("ix_users_mail_key", users.c.mail_key, users.c.id, **_WITH_MAIL)

# The values of the attribute otherMails, casefolded, for look-ups by one of them.
other_mails = Table(
    "other_mails",
    metadata,
    Column("user_id", Text, nullable=False),
    Column("mail_key", Text, nullable=False, index=True),
    PrimaryKeyConstraint("user_id", "mail_key"),
)

groups = Table(
    "groups",
    metadata,
    Column("id", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("display_name_key", Text, nullable=False, index=True),
    Column("attributes", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("deleted_at", Text),
    Column("external_id", Text),
    # The change by which a member was last deleted or restored, which is about the group, too, without naming it.
    Column("members_sequence", Integer),
    Column("members_at", Text),
)
Index("ix_groups_external_id", groups.c.external_id, **_PUSHED)

# Direct members only. A deleted group keeps its members until every job has read its deletion.
memberships = Table(
    "memberships",
    metadata,
    Column("group_id", Text, nullable=False),
    Column("user_id", Text, nullable=False, index=True),
    PrimaryKeyConstraint("group_id", "user_id"),
)

# A group that is directly in another; likewise kept when either is deleted. Groups may contain each other.
nestings = Table(
    "nestings",
    metadata,
    Column("group_id", Text, nullable=False),
    Column("nested_id", Text, nullable=False, index=True),
    PrimaryKeyConstraint("group_id", "nested_id"),
)

# Append-only; every write of the directory and of assignments adds its rows in the same transaction.
changes = Table(
    "changes",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),  # instep.directory.changes.ChangeKind
    Column("user_id", Text),
    Column("group_id", Text),
    Column("app_id", Text),
    Column("nested_id", Text),  # the group that came into the other one, or went
    Column("attributes", Text),  # a JSON object: name -> [before, after]: an update, or what a purge keeps of a name
    Column("actor", Text, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_changes_user_id_sequence", changes.c.user_id, changes.c.sequence)
_OF_GROUPS: dict[str, Any] = {name: text("group_id IS NOT NULL") for name in ("sqlite_where", "postgresql_where")}
Index("ix_changes_group_id_sequence", changes.c.group_id, changes.c.sequence, **_OF_GROUPS)

imports = Table(
    "imports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),  # reading, staged, applied, refused, abandoned
    Column("mode", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("begun_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("options", Text, nullable=False),  # JSON: strict, allow_removals, clears
    Column("cursor", Integer, nullable=False),  # the line of the last row that was applied
    Column("version", BigInteger),  # of the source, where it has such a number
    Column("fingerprint", Text),  # of all that the source said, once it was read
    Column("result", Text, nullable=False),  # JSON: instep.directory.imports.ImportReport, as far as it came
)

staged_rows = Table(
    "staged_rows",
    metadata,
    Column("import_id", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("user_id", Text),  # the user that this row is about: an id given, or found by its user principal name
    Column("user_principal_name_key", Text),
    Column("attributes", Text, nullable=False),  # a JSON object of the source attributes that have a value
    Column("lacks", Text),  # an attribute that is missing should this row be about a new user
    Column("state", Text, nullable=False),  # good, bad
    PrimaryKeyConstraint("import_id", "line"),
)
Index("ix_staged_rows_import_id_user_id", staged_rows.c.import_id, staged_rows.c.user_id)
Index(
    "ix_staged_rows_import_id_user_principal_name_key",
    staged_rows.c.import_id,
    staged_rows.c.user_principal_name_key,
)

# Managers named in a file are resolved after its rows: the manager may stand further down.
staged_managers = Table(
    "staged_managers",
    metadata,
    Column("import_id", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("manager", Text, nullable=False),  # as it stands in the file: an id or a user principal name
    Column("manager_key", Text, nullable=False),
    Column("manager_id", Text),
    PrimaryKeyConstraint("import_id", "line"),
)
Index("ix_staged_managers_import_id_manager_id", staged_managers.c.import_id, staged_managers.c.manager_id)

# Whom a snapshot does not name, as it was judged: soft-deleted after the last row.
staged_removals = Table(
    "staged_removals",
    metadata,
    Column("import_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    PrimaryKeyConstraint("import_id", "user_id"),
)
