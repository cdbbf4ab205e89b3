"""The custom SCIM application: its template's schema, and the standard that its documents are read by."""

from datetime import UTC, datetime

import pytest

from instep.admin.schema import standard_of
from instep.directory.applications import App
from instep.ledger.graph_schema import Standard


def standard_for(template: str) -> Standard:
    return standard_of(App("app-1", "The application", template, datetime(2026, 3, 2, tzinfo=UTC), ()))


@pytest.fixture(scope="session")
def custom() -> Standard:
    return standard_for("custom-scim")
