"""Which tables hold what is set up for single sign-on, and who has signed in where?"""

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, Table

from instep.store.tables.base import Integer, Text, metadata

saml_configurations = Table(
    "saml_configurations",
    metadata,
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True),
    Column("configuration", Text, nullable=False),  # JSON: instep.sign_on.configuration.SamlConfiguration
)

saml_certificates = Table(
    "saml_certificates",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("certificate", Text, nullable=False),  # PEM
    Column("private_key", LargeBinary, nullable=False),  # AES-256-GCM, bound to this certificate's id
    Column("is_active", Boolean, nullable=False),  # one an application: the one that signs
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("told_days_ahead", Integer),
)

# Which applications got an assertion in a person's session: they are told when it ends.
saml_participations = Table(
    "saml_participations",
    metadata,
    Column("session_index", Text, primary_key=True),
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), nullable=False, index=True),
    Column(
        "session",
        LargeBinary,
        ForeignKey("person_sessions.digest", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("name_id", Text, nullable=False),
    Column("name_id_format", Text, nullable=False),
    Column("begun_at", Text, nullable=False),
)

# Names of the format persistent that were drawn: by the one at an application nobody is known at another.
saml_pseudonyms = Table(
    "saml_pseudonyms",
    metadata,
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("name_id", Text, nullable=False),
)

# What a browser comes back for, in whatever process: requests that wait for sign-in, and who is on the way out.
saml_waiting = Table(
    "saml_waiting",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # of the key that the browser has
    Column("kind", Text, nullable=False),
    Column("document", Text, nullable=False),  # JSON
    Column("kept_at", Text, nullable=False, index=True),
)
