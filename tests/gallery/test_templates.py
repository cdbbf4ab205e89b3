"""Does every application of the gallery load, and start with what is right for it?"""

import json
from pathlib import Path

import pytest

from instep.gallery.templates import CUSTOM_SCIM, UnknownTemplate, load_template, search
from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, FromExpression, TargetAttribute
from instep.rules.mapping.expressions import compile_expression

FACTS = Path(__file__).parents[2].parent / "shared" / "spec" / "gallery.json"
EVERY_ID = [summary.id for summary in search("")]
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ACTIVE = FromExpression('Switch([IsSoftDeleted], , "False", "True", "True", "False")')
FULL_NAME = FromExpression('Join(" ", [givenName], [surname])')

# The source attributes of the directory (mappings.md 1.5), as far as default mappings refer to them.
SOURCE_ATTRIBUTES = {
    "IsSoftDeleted", "city", "country", "department", "displayName", "employeeId", "facsimileTelephoneNumber",
    "givenName", "jobTitle", "mail", "mailNickname", "manager", "mobile", "physicalDeliveryOfficeName", "postalCode",
    "preferredLanguage", "state", "streetAddress", "surname", "telephoneNumber", "userPrincipalName",
}  # fmt: skip


def test_the_gallery_has_every_application():
    assert len(EVERY_ID) == len(set(EVERY_ID)) == 334


def test_every_template_is_whole():
    for template in map(load_template, EVERY_ID):
        targets = [mapping.target for mapping in template.user_mappings]
        known = {attribute.name for attribute in template.target_attributes}
        assert len(targets) == len(set(targets)), template.id
        assert set(targets) <= known, template.id
        if template.mapping_source == "own":
            assert known - set(targets) == set(template.targets_without_source), template.id
        assert [row.target for row in template.user_mappings if row.matching_priority] == ["userName"], template.id


def test_every_template_starts_with_the_two_app_roles_of_the_gallery():
    for template in map(load_template, EVERY_ID):
        assert [(role.display_name, role.value) for role in template.app_roles] == [
            ("User", "User"),
            ("msiam_access", None),
        ]


def test_every_expression_of_a_template_compiles_and_every_mapping_reads_known_source_attributes():
    for template in map(load_template, EVERY_ID):
        for mapping in template.user_mappings:
            assert _attributes_read_by(mapping) <= SOURCE_ATTRIBUTES, (template.id, mapping.target)


def _attributes_read_by(mapping):
    match mapping.source:
        case Direct(attribute):
            return {attribute}
        case FromExpression(text):
            return compile_expression(text).attributes
        case other:
            return {f"not a default source: {other}"}


def test_proxyclick_starts_with_users_only_and_one_source_for_user_name_and_work_email():
    template = load_template("proxyclick")
    assert (template.supports_users, template.supports_groups, template.mapping_source) == (True, False, "own")
    assert template.tenant_url_hint == "https://api.proxyclick.com/scim/v1"
    assert template.capabilities == ("create_users", "update_users", "disable_users")
    assert template.has_attribute_table
    assert template.targets_without_source == ()
    assert template.user_mappings == (
        AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=1),
        AttributeMapping("active", ACTIVE),
        AttributeMapping('emails[type eq "work"].value', Direct("userPrincipalName")),
        AttributeMapping("name.givenName", Direct("givenName")),
        AttributeMapping("name.familyName", Direct("surname")),
        AttributeMapping("name.formatted", Direct("displayName")),
        AttributeMapping("title", Direct("jobTitle")),
        AttributeMapping("preferredLanguage", Direct("preferredLanguage")),
        AttributeMapping('phoneNumbers[type eq "work"].value', Direct("telephoneNumber")),
        AttributeMapping('phoneNumbers[type eq "mobile"].value', Direct("mobile")),
        AttributeMapping('addresses[type eq "work"].locality', Direct("city")),
    )


def test_proxyclick_requires_the_names_and_filters_on_the_user_name():
    attributes = {attribute.name: attribute for attribute in load_template("proxyclick").target_attributes}
    required = {name for name, attribute in attributes.items() if attribute.required}
    assert required == {"userName", 'emails[type eq "work"].value', "name.givenName", "name.familyName"}
    assert {name for name, attribute in attributes.items() if attribute.supported_for_filtering} == {"userName"}
    assert attributes["active"] == TargetAttribute("active", "Boolean")


def test_the_custom_scim_application_has_the_22_default_mappings():
    work = 'addresses[type eq "work"]'
    phone = 'phoneNumbers[type eq "{}"].value'
    template = load_template(CUSTOM_SCIM)
    assert template.supports_groups
    assert template.user_mappings == (
        AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=1),
        AttributeMapping("active", ACTIVE),
        AttributeMapping("displayName", Direct("displayName")),
        AttributeMapping("title", Direct("jobTitle")),
        AttributeMapping('emails[type eq "work"].value', Direct("mail")),
        AttributeMapping("preferredLanguage", Direct("preferredLanguage")),
        AttributeMapping("name.givenName", Direct("givenName")),
        AttributeMapping("name.familyName", Direct("surname")),
        AttributeMapping("name.formatted", FULL_NAME),
        AttributeMapping(f"{work}.formatted", Direct("physicalDeliveryOfficeName")),
        AttributeMapping(f"{work}.streetAddress", Direct("streetAddress")),
        AttributeMapping(f"{work}.locality", Direct("city")),
        AttributeMapping(f"{work}.region", Direct("state")),
        AttributeMapping(f"{work}.postalCode", Direct("postalCode")),
        AttributeMapping(f"{work}.country", Direct("country")),
        AttributeMapping(phone.format("work"), Direct("telephoneNumber")),
        AttributeMapping(phone.format("mobile"), Direct("mobile")),
        AttributeMapping(phone.format("fax"), Direct("facsimileTelephoneNumber")),
        AttributeMapping("externalId", Direct("mailNickname")),
        AttributeMapping(f"{ENTERPRISE}:employeeNumber", Direct("employeeId")),
        AttributeMapping(f"{ENTERPRISE}:department", Direct("department")),
        AttributeMapping(f"{ENTERPRISE}:manager", Direct("manager")),
    )
    assert [attribute.name for attribute in template.group_attributes] == ["displayName", "externalId", "members"]


def test_an_application_without_published_attributes_says_so_and_takes_the_custom_scim_mapping():
    template = load_template("15five")
    assert not template.has_attribute_table
    assert template.mapping_source == "custom SCIM"
    assert template.user_mappings == load_template(CUSTOM_SCIM).user_mappings
    assert "attributes of this application are not published" in template.notes[0]


def test_an_application_with_published_attributes_gets_known_sources_and_says_what_is_left_out():
    template = load_template("airbase")
    extension = "urn:ietf:params:scim:schemas:extension:airbase:2.0:User"
    assert template.has_attribute_table
    assert [mapping.target for mapping in template.user_mappings] == [
        "userName",
        "active",
        'emails[type eq "work"].value',
        "name.givenName",
        "name.familyName",
        "externalId",
        f"{ENTERPRISE}:department",
        f"{ENTERPRISE}:manager",
    ]
    left_out = tuple(f"{extension}:{name}" for name in ("accountingPolicy", "subsidiary", "role"))
    assert template.targets_without_source == left_out
    assert all(name in template.notes[-1] for name in left_out)


def test_a_required_attribute_without_a_source_must_be_mapped_first():
    notes = " ".join(load_template("ardoq").notes)
    assert 'map it before you start: roles[primary eq "True"].value' in notes
    assert "SingleAppRoleAssignment([appRoleAssignments])" in notes


@pytest.mark.parametrize(
    ("template_id", "near"),
    [
        ("proxyclik", "proxyclick"),
        ("Proxyclick", "proxyclick"),
        ("aws", "aws-single-sign-on"),
        ("monday.com", "mondaycom"),
    ],
)
def test_an_unknown_id_is_answered_with_near_ones(template_id, near):
    with pytest.raises(UnknownTemplate) as unknown:
        load_template(template_id)
    assert near in unknown.value.near
    assert f"There is no application {template_id!r} in the gallery. Did you mean" in str(unknown.value)


@pytest.mark.parametrize("template_id", ["", "  ", "qqqqqqqqqqqq"])
def test_an_id_that_is_near_to_none_is_answered_with_the_way_to_search(template_id):
    with pytest.raises(UnknownTemplate, match="Search the gallery by a word of its name"):
        load_template(template_id)


@pytest.mark.skipif(not FACTS.exists(), reason=f"the shared facts are not beside this checkout ({FACTS.name})")
def test_every_template_says_what_the_shared_facts_say():
    for fact in json.loads(FACTS.read_text()):
        template = load_template(fact["id"])
        assert (template.name, template.supports_users, template.supports_groups, template.tenant_url_hint) == (
            fact["name"],
            fact["supports_users"],
            fact["supports_groups"],
            fact["tenant_url_hint"],
        )
        assert set(template.capabilities) == set(fact["capabilities"]), fact["id"]
        users = [row for row in fact["attributes"] if row["object"] == "user"]
        groups = [row for row in fact["attributes"] if row["object"] == "group"]
        assert template.has_attribute_table == bool(users)
        assert _published(users) <= _flags(template.target_attributes), fact["id"]
        if groups or not template.supports_groups:
            assert _published(groups) == _flags(template.group_attributes), fact["id"]


def test_groups_are_mapped_where_the_target_has_them():
    assert not load_template("proxyclick").group_mappings
    custom = load_template("custom-scim").group_mappings
    assert [(mapping.target, mapping.matching_priority) for mapping in custom] == [
        ("displayName", 1),
        ("externalId", 0),
        ("members", 0),
    ]


def _published(rows):
    # `Array` is no type of the schema; it is a multi-valued text.
    return {
        (
            row["target"],
            "String" if row["type"] == "Array" else row["type"],
            row["required"],
            row["supported_for_filtering"],
        )
        for row in rows
    }


def _flags(attributes):
    return {(row.name, row.type, row.required, row.supported_for_filtering) for row in attributes}
