"""How is an identity provider given its Tenant URL and Secret Token, whether or not the tenant is served just now?"""

from contextlib import closing

from proxyclick.cli.refusals import CannotDo
from proxyclick.clock import system_clock, timestamp
from proxyclick.integrations.marketplace import MARKETPLACE, Installation, tenant_url
from proxyclick.integrations.tokens import Secret, issue
from proxyclick.settings import DEFAULT_HOST, DEFAULT_PORT, Settings
from proxyclick.store.database import FIRST_LOCATION, open_database, transaction
from proxyclick.store.installations import Installations
from proxyclick.store.serving import served_address


def install_integration(settings: Settings, integration: str) -> tuple[str, Secret]:
    """The Tenant URL and a new token. Raises CannotDo or DataDirectoryUnusable."""
    if integration not in MARKETPLACE:
        offered = ", ".join(f"{name} ({title})" for name, title in MARKETPLACE.items())
        raise CannotDo(f"There is no integration {integration!r}. There is: {offered}.")
    secret = issue()
    with closing(open_database(settings.data)) as connection:
        now, installations = timestamp(system_clock()), Installations(connection)
        with transaction(connection):
            installations.issue(installations.add(integration, FIRST_LOCATION, now), secret, now)
    site = served_address(settings.data) or f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
    return tenant_url(site), secret


def installed(settings: Settings) -> list[Installation]:
    """What is installed. Raises DataDirectoryUnusable."""
    with closing(open_database(settings.data)) as connection:
        return Installations(connection).all()


def revoke_token(settings: Settings, token_prefix: str) -> None:
    """Ends a token. Raises CannotDo when no good token begins so, or DataDirectoryUnusable."""
    with closing(open_database(settings.data)) as connection:
        if Installations(connection).revoke(token_prefix, timestamp(system_clock())) == 0:
            raise CannotDo(f"No token that is good begins with {token_prefix!r}. See: proxyclick integrations list")
