"""Which headings are understood, and as what?"""

import pytest

from instep.connectors.sources.csv.headings import read_heading
from instep.directory.errors import UnreadableFile


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("officeLocation", "physicalDeliveryOfficeName"),
        ("mobilePhone", "mobile"),
        ("alternateEmailAddress", "otherMails"),
        ("directorySynced", "dirSyncEnabled"),
        (" DEPARTMENT ", "department"),
        ("Office [physicalDeliveryOfficeName]", "physicalDeliveryOfficeName"),
        ("extension_0123456789abcdef0123456789abcdef_Badge", "extension_0123456789abcdef0123456789abcdef_Badge"),
    ],
)
def test_a_heading_means(heading, name):
    read = read_heading(["userPrincipalName", heading], "users.csv")
    assert read.columns[1].attribute.name == name


@pytest.mark.parametrize("heading", ["id", "objectId", "OBJECTID", "Object ID [objectId]"])
def test_the_id_has_several_names(heading):
    assert read_heading(["displayName", heading], "users.csv").id_index == 1


@pytest.mark.parametrize(
    ("heading", "is_inverted"),
    [
        ("accountEnabled", False),
        ("Block sign in (Yes/No) [accountEnabled] Required", True),
        ("Anmeldung blockieren (Ja/Nein) [accountEnabled] Erforderlich", True),
        ("Account enabled [accountEnabled]", False),
    ],
)
def test_a_template_asks_whether_to_block(heading, is_inverted):
    assert read_heading(["userPrincipalName", heading], "users.csv").columns[1].is_inverted is is_inverted


def test_unknown_headings_are_listed_and_blank_ones_are_not():
    assert read_heading(["id", "", "ageGroup", "Password"], "users.csv").ignored == ("ageGroup", "Password")


def test_a_download_clears_what_it_speaks_of_but_never_what_is_required():
    heading = read_heading(["id", "userPrincipalName", "displayName", "accountEnabled", "manager", "mail"], "users.csv")
    assert heading.clears == {"manager", "mail"}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["a@x", "Amy"], "no heading row"),
        (["userPrincipalName;displayName"], "semicolons"),
        (["id", "objectId"], "both hold id"),
        (["userPrincipalName", "mobile", "mobilePhone"], "both hold mobile"),
        ([""], "no heading row"),
    ],
)
def test_a_heading_row_that_is_none_is_refused(cells, said):
    with pytest.raises(UnreadableFile, match=said):
        read_heading(cells, "users.csv")
