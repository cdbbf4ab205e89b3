"""Are mappings proposed where a source is known, and only there?"""

from instep.gallery.proposal import APP_ROLES, PROPOSED_SOURCES, notes_on, propose
from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, TargetAttribute

KNOWN = [
    AttributeMapping("userName", Direct("upn"), matching_priority=1),
    AttributeMapping("title", Direct("jobTitle")),
]


def test_a_known_mapping_is_taken_in_the_order_of_the_attributes():
    attributes = [TargetAttribute("title"), TargetAttribute("site"), TargetAttribute("userName")]
    proposal = propose(attributes, KNOWN)
    assert proposal.mappings == (KNOWN[1], KNOWN[0])
    assert proposal.without_source == ("site",)


def test_a_proposal_for_everything_needs_only_to_be_looked_through():
    attributes = [TargetAttribute("userName")]
    assert notes_on(propose(attributes, KNOWN), attributes) == (PROPOSED_SOURCES,)


def test_required_attributes_without_a_source_are_named_before_the_others():
    attributes = [TargetAttribute("site"), TargetAttribute("plan", required=True), TargetAttribute("roles[x].value")]
    notes = notes_on(propose(attributes, KNOWN), attributes)
    assert notes[0] == PROPOSED_SOURCES
    assert notes[1].endswith("map it before you start: plan.")
    assert "no source is known: site, roles[x].value." in notes[2]
    assert notes[3] == APP_ROLES
