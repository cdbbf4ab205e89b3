"""How does Alembic run a revision here? On the connection that it is given, in that one transaction."""

from alembic import context

from instep.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
