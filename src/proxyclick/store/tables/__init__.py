"""Which tables does the tenant have? One module a subject; the database makes them all at once."""

from proxyclick.store.tables.accounts import ACCOUNTS
from proxyclick.store.tables.history import HISTORY
from proxyclick.store.tables.integrations import INTEGRATIONS
from proxyclick.store.tables.journal import JOURNAL
from proxyclick.store.tables.organisations import ORGANISATIONS
from proxyclick.store.tables.resources import resource_tables
from proxyclick.store.tables.settings import SETTINGS
from proxyclick.store.tables.sign_on import SIGN_ON
from proxyclick.store.tables.visits import VISITS

STATEMENTS = "".join(
    (
        ORGANISATIONS,
        resource_tables("users"),
        resource_tables("groups"),
        INTEGRATIONS,
        SETTINGS,
        VISITS,
        HISTORY,
        ACCOUNTS,
        SIGN_ON,
        JOURNAL,
    )
)
