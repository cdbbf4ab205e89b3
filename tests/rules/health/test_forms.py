"""Which forms have ids and names in common, and whose do not fit?"""

import pytest

from instep.rules.health.forms import Customs, Form, customs_of, form_of

GUID = "6F9619FF-8B86-D011-B42D-00C04FC964FF"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (GUID, Form.GUID),
        (GUID.lower(), Form.GUID),
        (f"{{{GUID}}}", Form.GUID),
        ("004711", Form.NUMBER),
        ("amy@corp.example", Form.ADDRESS),
        ("amy@corp", Form.ADDRESS),
        ("amy", Form.OTHER),
        ("@corp.example", Form.OTHER),
        ("amy@", Form.OTHER),
        ("Amy Old@x", Form.OTHER),
        ("a@b@c", Form.OTHER),
        ("\u0664\u0667", Form.OTHER),
        ("", Form.OTHER),
    ],
)
def test_a_key_has_one_form(text: str, form: Form) -> None:
    assert form_of(text) is form


def test_a_custom_is_what_nine_of_ten_do() -> None:
    known = [(str(number), f"p{number}@x") for number in range(9)]
    assert customs_of([*known, ("u9", "p9")]) == Customs(Form.NUMBER, Form.ADDRESS)
    assert customs_of([*known, ("u9", "p9"), ("u10", "p10")]) == Customs()
    assert customs_of([]) == Customs()


@pytest.mark.parametrize(
    ("customs", "user_id", "name", "oddities"),
    [
        (Customs(), "u1", "amy", 0),
        (Customs(Form.GUID, Form.ADDRESS), GUID, "amy@x", 0),
        (Customs(Form.GUID, Form.ADDRESS), "u1", "amy@x", 1),
        (Customs(Form.GUID, Form.ADDRESS), GUID, "amy", 1),
        (Customs(Form.GUID, Form.ADDRESS), "amy@x", "amy", 2),
        (Customs(Form.NUMBER), "u1", "amy", 1),
        (Customs(Form.OTHER, Form.OTHER), "4711", "amy@x", 0),
        (Customs(Form.OTHER), GUID, None, 0),
        (Customs(Form.OTHER), "amy@x", None, 1),
        (Customs(Form.ADDRESS), "u1", None, 1),
        (Customs(Form.GUID, Form.ADDRESS), None, "amy@x", 0),
    ],
)
def test_a_key_is_odd_that_nearly_nobody_has_like_that(
    customs: Customs, user_id: str | None, name: str | None, oddities: int
) -> None:
    said = customs.oddities(user_id, name)
    assert len(said) == oddities, said


def test_what_is_odd_is_said() -> None:
    assert Customs(Form.GUID, Form.ADDRESS).oddities("amy@x", "Amy Old") == (
        "its id 'amy@x' is of the form name@domain, and nearly every one in the directory is a GUID",
        "its userPrincipalName 'Amy Old' is not of the form name@domain, as nearly every one is",
    )
    assert Customs(Form.OTHER).oddities("amy@x", None) == (
        "its id 'amy@x' is of the form name@domain, and hardly one in the directory is",
    )


@pytest.mark.parametrize(
    ("user_id", "name", "are_shifted"),
    [("amy@x", "Amy", True), ("amy@x", "amy@x", False), ("svc-1", "backup", False), (GUID, "Amy", False)],
)
def test_keys_are_surely_shifted_where_a_name_stands_for_the_id(user_id: str, name: str, are_shifted: bool) -> None:
    assert Customs(Form.GUID, Form.ADDRESS).are_shifted(user_id, name) == are_shifted
    assert not Customs(Form.ADDRESS, Form.ADDRESS).are_shifted(user_id, name)
