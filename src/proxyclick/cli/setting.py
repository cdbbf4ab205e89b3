"""How is the tenant set from the command line, whether or not it is served just now?"""

from collections.abc import Sequence
from contextlib import closing

from proxyclick.cli.refusals import WrongInput
from proxyclick.people.tenant_settings import TenantSettings, UnknownSetting
from proxyclick.settings import Settings
from proxyclick.store.database import open_database, transaction
from proxyclick.store.kept_settings import KeptSettings


def shown_settings(settings: Settings) -> dict[str, str]:
    """Every setting with its value. Raises DataDirectoryUnusable."""
    with closing(open_database(settings.data)) as connection:
        return KeptSettings(connection).current().named()


def set_settings(settings: Settings, assignments: Sequence[str]) -> dict[str, str]:
    """Sets what NAME=VALUE says, all or nothing, and returns every setting. Raises WrongInput."""
    pairs = [_pair(assignment) for assignment in assignments]
    with closing(open_database(settings.data)) as connection, transaction(connection):
        kept = KeptSettings(connection)
        found = TenantSettings()
        try:
            for name, value in pairs:
                found = kept.keep(name, value)
        except UnknownSetting as error:
            raise WrongInput(f"{error} Nothing was changed.") from None
    return found.named()


def _pair(assignment: str) -> tuple[str, str]:
    name, equals, value = assignment.partition("=")
    if not equals:
        raise WrongInput(f"{assignment!r} sets nothing: write NAME=VALUE, such as patch-answer=204.")
    return name.strip(), value.strip()
