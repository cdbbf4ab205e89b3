"""How do the parts come together into one installation?"""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from instep.access.refusals import AccessRefused
from instep.admin.access.ports import Access
from instep.admin.deletion import DeletionRefused, StillRunning
from instep.admin.links import JobNotStopped
from instep.admin.on_demand import UserIsUnderWay
from instep.admin.on_demand_group import MembersRefused
from instep.admin.plans import PlanRefused
from instep.admin.ports import Door, JobIsRunning, OnDemandIsRunning, SchemaMoved
from instep.admin.provisioning import ConnectionRefused, NotConnected, Service
from instep.admin.setting_values import SettingRefused
from instep.admin.sign_on.ports import SignOn
from instep.admin.undo import UndoRefused
from instep.clock import Clock, system_clock
from instep.connectors.outbound.allowed_targets import LOOPBACK, AllowedTargets, TargetsUnreadable, read_allowed_targets
from instep.connectors.targets.scim.addresses import TenantUrlRefused
from instep.connectors.targets.scim.pacing import Paces
from instep.cycle.ports import Target
from instep.directory.errors import DirectoryError
from instep.gallery.template import UnknownTemplate
from instep.ledger.jobs import dialect_of
from instep.ledger.reset_scopes import ResetRefused
from instep.rules.mapping.expressions import ExpressionError
from instep.rules.mapping.wanted import MappingRefused
from instep.rules.scoping.errors import FilterError
from instep.scim.dialects import DialectRefused
from instep.scim.errors import ScimError
from instep.settings import Settings
from instep.sign_on.configuration import SignOnRefused
from instep.store.access import (
    PEOPLE,
    AdministratorStore,
    AuthenticatorStore,
    ClientStore,
    LinkStore,
    PeopleStore,
    SessionStore,
    TokenStore,
)
from instep.store.applications import ApplicationStore
from instep.store.claims import StoredClaims
from instep.store.database import Database, open_sqlite
from instep.store.directory import DirectoryStore
from instep.store.drift import DriftStore
from instep.store.feed import StoredFeed
from instep.store.history import StoredHistory
from instep.store.jobs import JobStore
from instep.store.leases import Leases
from instep.store.ledger import StoredLedger
from instep.store.measures import MeasureStore
from instep.store.migrations import NewerDatabase, bring_up_to_date
from instep.store.outbox import OutboxStore
from instep.store.plans import PlanStore
from instep.store.preview import StoredPreviews
from instep.store.protections import ProtectionStore
from instep.store.secret_box import SecretUnreadable, open_secret_box
from instep.store.sign_on import SignOnStore
from instep.store.sign_on_waiting import WaitingStore
from instep.store.unusable import DatabaseUnusable

if TYPE_CHECKING:
    from instep.admin.access.by_provider import Provider
    from instep.notices.delivery import Postman
    from instep.notices.ports import MailServer


class IncompleteProgram(Exception):
    """A file that belongs to the program is missing; the text says which, and how to get it."""


# What an administrator can put right: each message says what, about whom, and what to do; nothing was changed.
REFUSALS = (
    AccessRefused,
    ConnectionRefused,
    DatabaseUnusable,
    DeletionRefused,
    DialectRefused,
    DirectoryError,
    ExpressionError,
    FilterError,
    IncompleteProgram,
    JobIsRunning,
    JobNotStopped,
    MappingRefused,
    MembersRefused,
    NewerDatabase,
    NotConnected,
    OnDemandIsRunning,
    PlanRefused,
    SchemaMoved,
    ResetRefused,
    ScimError,
    SecretUnreadable,
    SettingRefused,
    SignOnRefused,
    StillRunning,
    TargetsUnreadable,
    TenantUrlRefused,
    UndoRefused,
    UnknownTemplate,
    UserIsUnderWay,
)


def new_id() -> str:
    """Return a new random id."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Instep:
    """One open installation."""

    settings: Settings
    directory: DirectoryStore
    applications: ApplicationStore
    jobs: JobStore
    service: Service
    history: StoredHistory
    outbox: OutboxStore
    protections: ProtectionStore
    access: Access
    clock: Clock
    allowed_targets: AllowedTargets
    leases: Leases
    together: Callable[[], AbstractContextManager[object]]  # several edits, of one thread, in one transaction
    measures: MeasureStore
    sign_on: SignOn

    def postman(self) -> "Postman | None":
        """Return who delivers the mails that wait; None where no mail server is set."""
        return new_postman(self.settings, self.outbox, self.clock)

    def mail_server(self) -> "MailServer | None":
        """Return the mail server of the settings; None where none is set."""
        return new_mail_server(self.settings)

    def provider(self) -> "Provider | None":
        """Return the OpenID Connect provider of the settings; None where none is set."""
        return new_provider(self.settings, self.clock, self.allowed_targets)

    def new_id(self) -> str:
        """Return a new random id."""
        return new_id()


@contextmanager
def open_instep(
    data_directory: Path | None = None, clock: Clock = system_clock, allowed_unless_set: str | None = None
) -> Iterator[Instep]:
    """Open the installation in a data directory, the settings' own by default; make or migrate its database.

    `allowed_unless_set` are the targets beside those of the internet where the settings do not say; None: this machine.
    """
    settings = Settings() if data_directory is None else Settings(data_directory=data_directory)
    listed = next((each for each in (settings.allowed_targets, allowed_unless_set) if each is not None), LOOPBACK)
    allowed = read_allowed_targets(listed)
    database = open_database(settings)
    try:
        bring_up_to_date(database)
        applications = ApplicationStore(database)
        secrets = open_secret_box(settings.key_path)
        jobs = JobStore(database, secrets)
        feed, ledger, previews = StoredFeed(database), StoredLedger(database), StoredPreviews(database)
        claims, plans = StoredClaims(database), PlanStore(database)
        doors = partial(open_target, clock=clock, allowed=allowed, paces=Paces())
        service = Service(
            applications, jobs, feed, ledger, doors, clock, new_id, previews, plans, claims, DriftStore(database)
        )
        access = Access(
            AdministratorStore(database),
            SessionStore(database),
            LinkStore(database),
            TokenStore(database),
            ClientStore(database),
            PeopleStore(database),
            AuthenticatorStore(database, secrets),
            AuthenticatorStore(database, secrets, PEOPLE),
            clock,
            new_id,
        )
        stores = (StoredHistory(database), OutboxStore(database), ProtectionStore(database), access)
        yield Instep(
            settings,
            DirectoryStore(database),
            applications,
            jobs,
            service,
            *stores,
            clock,
            allowed,
            database.leases,
            database.together,
            MeasureStore(database),
            SignOn(SignOnStore(database, secrets), WaitingStore(database), service, clock, new_id),
        )
    finally:
        database.close()


def open_database(settings: Settings) -> Database:
    """Open the database that the settings say. Raises DatabaseUnusable."""
    if settings.database is None:
        return open_sqlite(settings.database_path)
    from instep.store.postgresql.database import open_postgresql

    return open_postgresql(settings.database.get_secret_value())


def new_postman(settings: Settings, outbox: OutboxStore, clock: Clock) -> "Postman | None":
    """Return who delivers mails as the settings say."""
    server = new_mail_server(settings)
    if server is None:
        return None
    from instep.notices.delivery import Postman  # a mail client that few commands need

    return Postman(outbox, server, clock, settings.smtp_sender, settings.console_url)


def new_mail_server(settings: Settings) -> "MailServer | None":
    """Return the mail server as the settings say."""
    if settings.smtp_host is None:
        return None
    from instep.notices.smtp import Security, SmtpServer

    password = None if settings.smtp_password is None else settings.smtp_password.get_secret_value()
    security = Security(settings.smtp_security)
    return SmtpServer(settings.smtp_host, settings.smtp_port, security, settings.smtp_username, password)


def new_provider(settings: Settings, clock: Clock, allowed: AllowedTargets) -> "Provider | None":
    """Return the OpenID Connect provider as the settings say."""
    if settings.oidc_issuer is None:
        return None
    from instep.connectors.identity.openid_connect import OpenIdProvider  # an HTTP client that few commands need

    secret = None if settings.oidc_client_secret is None else settings.oidc_client_secret.get_secret_value()
    return OpenIdProvider(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_name, clock, allowed)


@asynccontextmanager
async def open_target(door: Door, clock: Clock, allowed: AllowedTargets, paces: Paces) -> AsyncIterator[Target]:
    """Open the door to a SCIM application."""
    from instep.connectors.targets.scim.target import (
        ScimTarget,
        open_scim_target,
    )  # an HTTP client; few commands need it
    from instep.connectors.targets.scim.telling import TellingTarget

    settings = door.settings
    opened_as = ScimTarget if door.tell is None else partial(TellingTarget, tell=door.tell)
    async with open_scim_target(
        door.tenant_url,
        door.secret_token,
        settings.concurrency,
        settings.timeout_seconds,
        settings.requests_per_second,
        allowed,
        dialect_of(door.tenant_url, settings),
        clock,
        opened_as,
        paces.of(door.tenant_url),
    ) as target:
        if door.may_send is not None:
            target.send_only_while(door.may_send)
        yield target
