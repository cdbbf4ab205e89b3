"""Where users come from."""

from proxyclick.people.provenance import Origin, Provenance, touched_by

ENTRA = "Microsoft Entra ID (User Provisioning)"


def test_who_was_added_by_hand_is_adopted_by_the_integration_that_writes_to_them() -> None:
    adopted = touched_by(Provenance(Origin.BY_HAND), ENTRA)
    assert str(adopted) == f"Added by hand, adopted by {ENTRA}"
    assert adopted.is_provisioned


def test_who_is_provisioned_already_stays_as_they_are() -> None:
    provisioned = Provenance(Origin.BY_INTEGRATION, ENTRA)
    assert touched_by(provisioned, "Another") == provisioned
    assert str(provisioned) == f"Provisioned by {ENTRA}"
