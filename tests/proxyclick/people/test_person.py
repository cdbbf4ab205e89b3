"""The particulars that screens and rules take from a SCIM user."""

from proxyclick.people.person import person_of


def test_a_full_user_is_told_in_plain_particulars() -> None:
    person = person_of(
        {
            "userName": "ada@corp.example",
            "name": {"givenName": "Ada", "familyName": "Byron", "formatted": "Ada, Lady Byron"},
            "emails": [{"type": "home", "value": "x@y.example"}, {"type": "work", "value": "Ada@corp.example"}],
            "phoneNumbers": [{"type": "Mobile", "value": "+3247"}, {"type": "work", "value": "+322"}],
            "addresses": [{"type": "work", "locality": "Ghent"}, {"locality": "London", "primary": True}],
            "title": "Analyst",
            "preferredLanguage": "en-GB",
            "active": False,
        }
    )
    assert (person.name, person.first_name, person.last_name) == ("Ada, Lady Byron", "Ada", "Byron")
    assert (person.email, person.title, person.city, person.language) == (
        "Ada@corp.example",
        "Analyst",
        "London",
        "en-GB",
    )
    assert (person.mobile_phone, person.work_phone, person.active) == ("+3247", "+322", False)
    assert person.initials == "AB"


def test_what_is_not_known_is_empty_and_whose_activity_was_never_said_is_active() -> None:
    person = person_of({"userName": "bo@corp.example"})
    assert (person.name, person.email, person.city, person.mobile_phone) == (
        "bo@corp.example",
        "bo@corp.example",
        "",
        "",
    )
    assert person.active
    assert person.initials == "B"
