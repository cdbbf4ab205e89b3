"""Is what an administrator did shown with old and new values, and without secrets?"""

from datetime import UTC, datetime

import pytest

from instep.ledger.audit import AuditRow, Modified, deed, directory_audit, modified, others

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def row(**details: object) -> AuditRow:
    return AuditRow(7, AT, "root", "Update provisioning setting or credentials", "app-1", details)


def test_only_what_differs_is_shown() -> None:
    changed = row(before={"scope": "assigned", "rate": 5, "x": None}, after={"scope": "all", "rate": 5, "x": ["a"]})
    assert list(modified(changed)) == [Modified("scope", "assigned", "all"), Modified("x", None, '["a"]')]


def test_secrets_are_masked_at_any_depth() -> None:
    changed = row(
        before={"secret_token": "old", "mail": {"password": "p", "host": "h"}},
        after={"secret_token": "new", "mail": {"password": "q", "host": "h"}},
        token="abc",
        tenant_url="https://x.example",
    )
    assert list(modified(changed)) == [
        Modified("secret_token", "***", "***"),
        Modified("mail › password", "***", "***"),
    ]
    assert dict(others(changed)) == {"token": "***", "tenant_url": "https://x.example"}


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"event": "operations held", "cycle": "1"}, "Operations held"),
        ({"plan": 2, "deed": "approved"}, "Plan approved"),
        ({"deed": "protected", "group": "g1"}, "Group protected"),
        ({}, "Other"),
    ],
)
def test_what_entra_calls_other_is_said_in_its_own_words(details: dict[str, object], said: str) -> None:
    assert deed(AuditRow(1, AT, "ada", "Other", None, details)) == said
    assert deed(AuditRow(1, AT, "ada", "Pause provisioning", None, details)) == "Pause provisioning"


def test_it_has_graphs_form() -> None:
    document = directory_audit(row(before={"scope": "assigned"}, after={"scope": "all"}, cycle="c1"), "Proxyclick")
    assert (document["category"], document["loggedByService"]) == ("ProvisioningManagement", "Account Provisioning")
    assert document["initiatedBy"]["user"]["displayName"] == "root"
    [target] = document["targetResources"]
    assert target["displayName"] == "Proxyclick"
    assert target["modifiedProperties"] == [{"displayName": "scope", "oldValue": "assigned", "newValue": "all"}]
    assert document["additionalDetails"] == [{"key": "cycle", "value": "c1"}]
