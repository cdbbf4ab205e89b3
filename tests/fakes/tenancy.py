"""How does a test get further organisations, locations and installations in a tenant that is being served?"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2

from fakes.served_tenant import ServedTenant
from proxyclick.cli.installing import install_integration
from proxyclick.clock import system_clock, timestamp
from proxyclick.people.identifiers import identifier
from proxyclick.people.multi_location import MultiLocationMapping, Provisioned
from proxyclick.settings import Settings
from proxyclick.store.database import FIRST_ORGANISATION, open_database, transaction
from proxyclick.store.installations import Installations
from proxyclick.store.mappings import Mappings
from proxyclick.store.organisations import Organisations


def add_organisation(data: Path, name: str) -> int:
    """Another organisation, without a location yet; its number."""
    with closing(open_database(data)) as connection:
        return Organisations(connection).add(name, timestamp(system_clock()))


def add_location(data: Path, name: str, organisation: int = FIRST_ORGANISATION) -> int:
    """Another location; its number."""
    with closing(open_database(data)) as connection:
        return Organisations(connection).add_location(organisation, name, timestamp(system_clock()))


@contextmanager
def install_at(tenant: ServedTenant, location: int) -> Iterator[ServedTenant]:
    """The same tenant as an integration at that location has it."""
    _, secret = install_integration(Settings(data=tenant.data), "entra", identifier("CO", location))
    headers = {"Authorization": f"Bearer {secret.text}"}
    with httpx2.Client(base_url=tenant.tenant_url, headers=headers, trust_env=False, timeout=30) as http:
        yield replace(tenant, secret_token=secret.text, http=http)


def map_locations(data: Path, further: Sequence[Provisioned], home: int | None = None) -> None:
    """Gives the first installation a multi-location mapping."""
    with closing(open_database(data)) as connection, transaction(connection):
        (installation, *_) = Installations(connection).all()
        mapping = MultiLocationMapping(installation.location, tuple(further), home)
        Mappings(connection).save(installation.number, mapping)
