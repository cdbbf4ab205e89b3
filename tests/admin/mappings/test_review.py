"""What does an edit change, and when can it not be saved?"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fakes.installation import Installation
from instep.admin.mappings.review import Edit, review, review_document, save_reviewed
from instep.admin.ports import SchemaMoved
from instep.admin.schema import schema_document
from instep.ledger.graph_schema import SchemaRefused
from instep.ledger.schema import ObjectMapping
from instep.ledger.schema_edits import put_attribute, put_row, remove_attribute, remove_row, tied_to
from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, TargetAttribute

EMAIL = 'emails[type eq "work"].value'
TIED = (("userName", EMAIL),)


def edits(change: Callable[[ObjectMapping], ObjectMapping]) -> Edit:
    return lambda present, _standard: replace(present, users=change(present.users))


def test_an_edit_says_what_it_changes_and_is_saved_afterwards(installed: Installation) -> None:
    at = installed
    change = edits(lambda users: put_row(users, AttributeMapping("title", Direct("department")), "title"))
    found = review(at.service, at.app, change)
    assert found.changes == ("user mapping of title was changed: [jobTitle] -> [department]",)
    version = at.job.configuration_version
    assert at.applications.schema(at.app.id) != found.schema
    saved = save_reviewed(at.service, at.app, found.document, found.seen, "tester")
    assert saved.schema == at.applications.schema(at.app.id) == found.schema
    assert at.job.configuration_version == version + 1


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(installed: Installation) -> None:
    at = installed
    mine = review(at.service, at.app, edits(lambda users: remove_row(users, "title")))
    theirs = review(at.service, at.app, edits(lambda users: remove_row(users, "preferredLanguage")))
    save_reviewed(at.service, at.app, theirs.document, theirs.seen, "somebody else")
    with pytest.raises(SchemaMoved, match="repeat your change"):
        save_reviewed(at.service, at.app, mine.document, mine.seen, "tester")
    assert at.applications.schema(at.app.id) == theirs.schema


def test_a_document_that_says_what_is_saved_changes_nothing(installed: Installation) -> None:
    document = schema_document(installed.applications, installed.app)
    assert review_document(installed.service, installed.app, document).changes == ()


def test_user_name_and_e_mail_of_proxyclick_cannot_be_pulled_apart(installed: Installation) -> None:
    at = installed
    alone = edits(lambda users: put_row(users, AttributeMapping(EMAIL, Direct("mail")), EMAIL))
    with pytest.raises(SchemaRefused, match="keeps userName and emails") as refused:
        review(at.service, at.app, alone)
    assert refused.value.problems[0].place == f"user mapping of {EMAIL}"


def test_user_name_and_e_mail_take_another_source_together(installed: Installation) -> None:
    at = installed
    both = edits(lambda users: put_row(users, AttributeMapping(EMAIL, Direct("mail")), EMAIL, TIED))
    found = review(at.service, at.app, both)
    sources = {row.target: (row.source, row.matching_priority) for row in found.schema.users.mappings}
    assert sources["userName"] == (Direct("mail"), 1)
    assert sources[EMAIL] == (Direct("mail"), 0)
    assert len(found.changes) == 2


def test_another_application_may_give_them_two_sources(installed: Installation) -> None:
    assert tied_to("userName", TIED) == EMAIL
    assert tied_to(EMAIL, TIED) == "userName"
    assert tied_to("userName", ()) is None


def test_attributes_of_the_target_are_added_changed_and_removed(installed: Installation) -> None:
    at = installed
    nick = TargetAttribute("nickName")
    added = review(at.service, at.app, edits(lambda users: put_attribute(users, nick, None)))
    assert added.changes == ("user attribute nickName was added",)
    exact = replace(nick, case_exact=True)
    users = put_attribute(added.schema.users, exact, "nickName")
    assert users.targets[-1] == exact
    assert remove_attribute(users, "nickName") == at.applications.schema(at.app.id).users
