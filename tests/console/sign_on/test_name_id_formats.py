"""By which name does an application know somebody, and what becomes of a format that it asks for?"""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from console.sign_on.conftest import CONFIGURATION, SignOnTest, form_of
from fakes.people import person_in
from instep.admin.applications import add_app
from instep.admin.sign_on.setting_up import save_configuration
from instep.admin.users import delete_user
from instep.rules.claims import Claim, ClaimRules
from instep.saml.names import NameIdFormat
from instep.sign_on.configuration import SignOnRefused

EMAIL, UNSPECIFIED = NameIdFormat.EMAIL_ADDRESS.value, NameIdFormat.UNSPECIFIED.value
PERSISTENT, TRANSIENT = NameIdFormat.PERSISTENT.value, NameIdFormat.TRANSIENT.value


def sets_up(test: SignOnTest, source: str, name_id_format: str) -> None:
    wanted = replace(CONFIGURATION, rules=ClaimRules(source, name_id_format, (Claim("name", "user.displayname"),)))
    save_configuration(test.admin.instep.sign_on, test.admin.app, wanted, "root")


def asked(test: SignOnTest, name_id_format: str) -> object:
    """What the application makes of the answer to a request with this NameIDPolicy."""
    options = {"sp": {"NameIDFormat": name_id_format}}
    auth = test.application(**options).auth()
    page = test.follow(auth.login())
    judged = test.application(**options).auth(post_data=form_of(page.text)[1])
    judged.process_response(request_id=auth.get_last_request_id())
    return judged


def named(test: SignOnTest, name_id_format: str) -> tuple[str, str]:
    judged = asked(test, name_id_format)
    assert judged.get_errors() == [], judged.get_last_error_reason()  # type: ignore[attr-defined]
    return judged.get_nameid(), judged.get_nameid_format()  # type: ignore[attr-defined]


def from_my_apps(test: SignOnTest, browser: object = None) -> str:
    page = (browser or test.ada).get(f"/my/apps/{test.admin.app.id}")  # type: ignore[attr-defined]
    judged = test.application().auth(post_data=form_of(page.text)[1])
    judged.process_response()
    assert judged.get_errors() == [], judged.get_last_error_reason()
    return str(judged.get_nameid())


def test_unspecified_gets_what_was_set_up(test: SignOnTest) -> None:
    sets_up(test, "user.displayname", UNSPECIFIED)
    assert named(test, UNSPECIFIED) == ("Ada Example", UNSPECIFIED)
    sets_up(test, "user.mail", EMAIL)
    assert named(test, UNSPECIFIED) == ("ada@corp.example", EMAIL)
    assert named(test, EMAIL) == ("ada@corp.example", EMAIL)


def test_a_persistent_name_that_is_asked_for_is_opaque_and_stays_and_differs_by_person(test: SignOnTest) -> None:
    first, name_id_format = named(test, PERSISTENT)
    assert name_id_format == PERSISTENT
    assert "ada" not in first
    assert len(first) <= 256
    again = person_in(test.admin.instep.access, test.site.new_client(), "ada")
    sets_up(test, "", PERSISTENT)
    assert from_my_apps(test, again) == first
    test.admin.hires("bo", mail="bo@corp.example")
    test.admin.assigns("bo")
    bo = person_in(test.admin.instep.access, test.site.new_client(), "bo")
    assert from_my_apps(test, bo) != first


def test_the_persistent_name_of_another_application_is_another_one(test: SignOnTest) -> None:
    instep = test.admin.instep
    kept = instep.sign_on.kept
    other, _ = add_app(instep.applications, "custom-scim", "Wiki", instep.clock, instep.new_id, "root")
    mine = kept.pseudonym(test.admin.app.id, "ada", "_one")
    assert kept.pseudonym(other.id, "ada", "_two") == "_two"
    assert kept.pseudonym(test.admin.app.id, "ada", "_three") == mine


def test_whoever_gets_the_id_of_somebody_purged_has_a_persistent_name_of_their_own(test: SignOnTest) -> None:
    sets_up(test, "", PERSISTENT)
    first = from_my_apps(test)
    delete_user(test.admin.instep.directory, "ada", "root", test.admin.clock())
    test.admin.purges("ada")
    test.admin.hires("ada", mail="other.ada@corp.example")
    test.admin.assigns("ada")
    other = person_in(test.admin.instep.access, test.site.new_client(), "ada")
    assert from_my_apps(test, other) != first


def test_a_source_with_the_format_persistent_is_given_as_it_was_set_up(test: SignOnTest) -> None:
    sets_up(test, "user.userprincipalname", PERSISTENT)
    assert named(test, PERSISTENT) == ("ada@corp.example", PERSISTENT)


def test_a_transient_name_is_another_one_each_time_and_who_has_it_can_be_signed_out(test: SignOnTest) -> None:
    (first, name_id_format), (second, _) = named(test, TRANSIENT), named(test, TRANSIENT)
    assert (name_id_format, first != second, "ada" in first + second) == (TRANSIENT, True, False)
    auth = test.application().auth("/logout")
    answer = test.follow(auth.logout(name_id=first, name_id_format=TRANSIENT))
    query = {each: values[0] for each, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    judged = test.application().auth("/logout", get_data=query)
    judged.process_slo(keep_local_session=True, request_id=auth.get_last_request_id())
    assert judged.get_errors() == [], judged.get_last_error_reason()
    assert test.ada.get("/my/apps").status_code == 303


def test_transient_may_be_set_up_and_then_no_value_is_needed(test: SignOnTest) -> None:
    test.admin.hires("bo")
    test.admin.assigns("bo")
    sets_up(test, "user.mail", TRANSIENT)
    bo = person_in(test.admin.instep.access, test.site.new_client(), "bo")
    assert from_my_apps(test, bo) != from_my_apps(test, bo)


@pytest.mark.parametrize(
    "wanted",
    [NameIdFormat.WINDOWS_DOMAIN_NAME.value, "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos", "urn:nothing"],
)
def test_a_format_that_nobody_has_a_name_in_is_refused_with_its_status(test: SignOnTest, wanted: str) -> None:
    judged = asked(test, wanted)
    assert "InvalidNameIDPolicy" in str(judged.get_last_error_reason())  # type: ignore[attr-defined]


@pytest.mark.parametrize(("source", "set_up"), [("user.displayname", UNSPECIFIED), ("", PERSISTENT)])
def test_an_e_mail_address_is_not_made_of_what_is_none(test: SignOnTest, source: str, set_up: str) -> None:
    sets_up(test, source, set_up)
    assert "InvalidNameIDPolicy" in str(asked(test, EMAIL).get_last_error_reason())  # type: ignore[attr-defined]


def test_without_a_source_only_formats_are_set_up_in_which_names_are_drawn(test: SignOnTest) -> None:
    for name_id_format in (EMAIL, UNSPECIFIED):
        with pytest.raises(SignOnRefused, match="persistent and transient"):
            sets_up(test, "", name_id_format)


def test_to_look_at_claims_draws_nothing(test: SignOnTest) -> None:
    sets_up(test, "", PERSISTENT)
    root, at = test.site.signed_in(), f"/apps/{test.admin.app.id}/single-sign-on"
    for page in ("claims", "test"):
        assert "drawn when somebody signs in" in root.get(f"{at}/{page}?who=ada").text
    assert test.admin.instep.sign_on.kept.pseudonym(test.admin.app.id, "ada", "_new") == "_new"
