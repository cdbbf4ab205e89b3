"""Which tables hold how people of the directory sign in: passwords, authenticators, one-time links, sessions?"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, LargeBinary, Table

from instep.store.tables.base import Integer, Text, metadata

# Whoever is purged leaves nothing behind: an id that came with a file may be somebody else's one day.
person_passwords = Table(
    "person_passwords",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("password_hash", Text, nullable=False),  # argon2id
    Column("chosen_at", Text, nullable=False),
)

# Of every secret only the SHA-256 is kept.
person_links = Table(
    "person_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Text, nullable=False),
    Column("since_change", Integer, nullable=False),  # as of person_sessions
)

person_sessions = Table(
    "person_sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("method", Text, nullable=False),  # instep.access.sessions.SignInMethod
    Column("address", Text, nullable=False),
    Column("browser", Text, nullable=False),
    # The head of the change log when it began: who is disabled or deleted after that is out, also once enabled again.
    Column("since_change", Integer, nullable=False),
)

# As those of administrators (instep.store.tables.access): the key is sealed, and counts once it is active.
person_authenticators = Table(
    "person_authenticators",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("last_step", BigInteger, nullable=False),  # the last time step whose code was used
    Column("created_at", Text, nullable=False),
)

person_recovery_codes = Table(
    "person_recovery_codes",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
)

person_pending_sign_ins = Table(
    "person_pending_sign_ins",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("method", Text, nullable=False),  # instep.access.sessions.SignInMethod
    Column("expires_at", Text, nullable=False, index=True),
)
