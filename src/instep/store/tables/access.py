"""Which tables hold who may sign in, who has, and with which one-time links and API tokens?"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, LargeBinary, Table, UniqueConstraint

from instep.store.tables.base import Text, metadata

administrators = Table(
    "administrators",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),  # instep.access.administrators.name_key
    Column("display_name", Text, nullable=False),
    Column("roles", Text, nullable=False),  # JSON: names of instep.access.roles.Role
    Column("is_enabled", Boolean, nullable=False),
    Column("password_hash", Text),  # argon2id; null: no password
    Column("issuer", Text),  # at an OpenID Connect provider
    Column("subject", Text),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("issuer", "subject"),
)

# Of every secret only the SHA-256 is kept.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("administrator_id", Text, ForeignKey("administrators.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("confirmed_at", Text, nullable=False),
    Column("method", Text, nullable=False),  # instep.access.sessions.SignInMethod
    Column("address", Text, nullable=False),
    Column("browser", Text, nullable=False),
)

# The key is sealed (instep.store.secret_box). It counts once it is active.
authenticators = Table(
    "authenticators",
    metadata,
    Column("administrator_id", Text, ForeignKey("administrators.id", ondelete="CASCADE"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("last_step", BigInteger, nullable=False),  # the last time step whose code was used
    Column("created_at", Text, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("administrator_id", Text, ForeignKey("administrators.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
)

# Sign-ins that wait for the code of an authenticator.
pending_sign_ins = Table(
    "pending_sign_ins",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("administrator_id", Text, ForeignKey("administrators.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("method", Text, nullable=False),  # instep.access.sessions.SignInMethod
    Column("expires_at", Text, nullable=False, index=True),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),  # instep.access.links.Purpose
    Column("administrator_id", Text, ForeignKey("administrators.id", ondelete="CASCADE"), index=True),
    Column("expires_at", Text, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("administrator_id", Text, ForeignKey("administrators.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("permissions", Text, nullable=False),  # JSON: names of instep.access.roles.Permission
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("last_used_at", Text),
)

registered_clients = Table(
    "registered_clients",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("permissions", Text, nullable=False),  # JSON: Graph's names
    Column("created_at", Text, nullable=False),
    Column("secret_expires_at", Text, nullable=False),
    Column("last_used_at", Text),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("client_id", Text, ForeignKey("registered_clients.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Text, nullable=False, index=True),
)
