"""What does an administrator do with attribute mappings in the console?"""

import html
import re

import orjson
import pytest

from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from instep.access.roles import Role
from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, FromExpression

EMAIL = 'emails[type eq "work"].value'


def row(admin: Administrator, target: str) -> AttributeMapping | None:
    rows = admin.instep.applications.schema(admin.app.id).users.mappings
    return next((each for each in rows if each.target == target), None)


def mapped(target: str, **fields: str) -> dict[str, str]:
    """The form of an attribute mapping, as a browser sends it."""
    return {"target": target, "instead_of": target, "kind": "direct", "apply": "always", "when_null": "leave", **fields}


def hidden(text: str, name: str) -> str:
    found = re.search(
        rf'<textarea name="{name}" hidden>(.*?)</textarea>|name="{name}" value="([^"]*)"', text, re.DOTALL
    )
    assert found is not None, text[:2_000]
    return html.unescape(found[1] or found[2])


def counted(root: ConsoleBrowser, page: str) -> str:
    """A page with what it counts, when that is over."""
    while under_way := re.search(r'role="status" hx-get="([^"]*)"', page):
        page += root.get(html.unescape(under_way[1])).text
        page = page.replace(under_way[0], "")
    return page


def save(root: ConsoleBrowser, at: str, review: str) -> str:
    """Save what a review shows; return the page that follows."""
    fields = {name: hidden(review, name) for name in ("document", "seen", "back")}
    return root.follow(root.post(f"{at}/mappings/save", **fields)).text


def test_the_table_shows_each_mapping_as_entra_does(kept: tuple[ConsoleBrowser, str]) -> None:
    root, at = kept
    assert "Synchronize Microsoft Entra users to Proxyclick" in root.get(f"{at}/mappings").text
    page = root.get(f"{at}/mappings/users").text
    assert "userPrincipalName" in page
    assert "Switch([IsSoftDeleted], , &#34;False&#34;" in page
    assert "Matching precedence" in page


def test_a_change_shows_whom_it_concerns_and_is_saved_then(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(f"{at}/mappings/users/edit?target=title")
    review = counted(root, root.post(f"{at}/mappings/users/put", **mapped("title", attribute="city")).text)
    assert "user mapping of title was changed: [jobTitle] -&gt; [city]" in review
    assert "<strong>3 accounts</strong> would get other values" in review
    assert re.search(r"Engineer.*Ghent", review, re.DOTALL)
    assert row(admin, "title") == AttributeMapping("title", Direct("jobTitle"))
    said = save(root, at, review)
    assert "1 change was saved. The next cycle is an initial one." in said
    assert row(admin, "title") == AttributeMapping("title", Direct("city"))
    assert admin.provisions().counts.updated == 3


def test_a_change_of_what_somebody_else_saved_meanwhile_is_not_saved(
    root: ConsoleBrowser, admin: Administrator, at: str
) -> None:
    root.get(f"{at}/mappings/users/edit?target=title")
    mine = root.post(f"{at}/mappings/users/put", **mapped("title", attribute="city")).text
    theirs = root.post(f"{at}/mappings/users/put", **mapped("preferredLanguage", kind="constant", constant="en")).text
    save(root, at, theirs)
    fields = {name: hidden(mine, name) for name in ("document", "seen", "back")}
    answer = root.post(f"{at}/mappings/save", **fields)
    assert answer.status_code == 409
    assert "Somebody else has saved" in answer.text
    assert row(admin, "title") == AttributeMapping("title", Direct("jobTitle"))
    assert row(admin, "preferredLanguage") == AttributeMapping("preferredLanguage", Constant("en"))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"attribute": ""}, "Choose the source attribute"),
        ({"attribute": "jobTtle"}, "did you mean jobTitle"),
        ({"kind": "expression", "expression": 'Join(", "'}, "column"),
        ({"kind": "constant"}, "Type the text"),
        ({"kind": "nonsense"}, "Choose one of the types"),
        ({"attribute": "city", "matching": "yes", "precedence": "0"}, "whole number from 1 to 99"),
        ({"attribute": "city", "matching": "yes", "precedence": "1"}, "userName has the matching precedence 1 already"),
        ({"kind": "none", "matching": "yes"}, "a matching attribute needs a source"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    kept: tuple[ConsoleBrowser, str], fields: dict[str, str], problem: str
) -> None:
    root, at = kept
    root.get(f"{at}/mappings/users/edit?target=title")
    answer = root.post(f"{at}/mappings/users/put", **{**mapped("title"), "default": "kept <b>", **fields})
    assert answer.status_code == 422
    assert problem in html.unescape(answer.text)
    assert "kept &lt;b&gt;" in answer.text


def test_user_name_and_e_mail_of_proxyclick_change_together_and_the_page_says_why(
    root: ConsoleBrowser, admin: Administrator, at: str
) -> None:
    page = root.get(f"{at}/mappings/users/edit?target=userName").text
    assert "cannot have two sources" in page
    assert "Delete this mapping" not in page
    fields = mapped("userName", attribute="mail", matching="yes", precedence="1")
    review = root.post(f"{at}/mappings/users/put", **fields).text
    save(root, at, review)
    assert row(admin, "userName") == AttributeMapping("userName", Direct("mail"), matching_priority=1)
    assert row(admin, EMAIL) == AttributeMapping(EMAIL, Direct("mail"))


def test_a_mapping_is_added_and_removed(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(f"{at}/mappings/users/edit?target=title")
    save(root, at, root.post(f"{at}/mappings/users/remove", target="title").text)
    assert row(admin, "title") is None
    assert '<option value="title"' in root.get(f"{at}/mappings/users/new").text
    fields = {**mapped("title", kind="expression", expression="ToUpper([jobTitle])"), "instead_of": ""}
    save(root, at, root.post(f"{at}/mappings/users/put", **fields).text)
    assert row(admin, "title") == AttributeMapping("title", FromExpression("ToUpper([jobTitle])"))


def test_an_expression_is_tried_on_a_user(kept: tuple[ConsoleBrowser, str]) -> None:
    root, at = kept
    root.get(f"{at}/mappings/users/edit?target=title")

    def tried(expression: str, who: str) -> str:
        return root.post(f"{at}/mappings/users/try", target="title", expression=expression, who=who).text

    found = tried('Append([jobTitle], "<script>")', "ada@corp.example")
    assert '<output class="given">Engineer&lt;script&gt;</output>' in found
    assert "[jobTitle]" in found
    assert "at character 9" in tried("ToUpper([jobTtle])", "ada@corp.example")
    assert "<mark>[</mark>" in tried("ToUpper([jobTtle])", "ada@corp.example")
    assert "Nobody of this name" in tried("[city]", "nobody")
    assert "Choose a user" in tried("[city]", "")


def test_other_actions_are_reviewed_and_saved(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(f"{at}/mappings/users")
    save(root, at, root.post(f"{at}/mappings/users/settings", Add="yes", Update="yes").text)
    actions = admin.instep.applications.schema(admin.app.id).users.actions
    assert sorted(action.value for action in actions) == ["Add", "Update"]


def test_what_changes_nothing_leads_back(kept: tuple[ConsoleBrowser, str]) -> None:
    root, at = kept
    root.get(f"{at}/mappings/users/edit?target=title")
    answer = root.post(f"{at}/mappings/users/put", **mapped("title", attribute="jobTitle"))
    assert "Nothing was changed" in root.follow(answer).text


def test_an_attribute_is_added_to_the_list_and_taken_off(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(f"{at}/mappings/users/attributes/new")
    urn = "urn:ietf:params:scim:schemas:extension:Badge:2.0:User:number"
    assert "SCIM has no such attribute" in root.post(f"{at}/mappings/users/attributes/put", name="badge").text
    save(root, at, root.post(f"{at}/mappings/users/attributes/put", name=urn, type="String").text)
    assert urn in root.get(f"{at}/mappings/users/attributes").text
    save(root, at, root.post(f"{at}/mappings/users/attributes/remove", name=urn).text)
    assert urn not in root.get(f"{at}/mappings/users/attributes").text


def test_the_schema_goes_out_as_json_and_comes_back_edited(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    document = root.get(f"{at}/mappings/schema/download")
    assert document.headers["content-disposition"] == 'attachment; filename="Proxyclick-schema.json"'
    root.get(f"{at}/mappings/schema")
    files = {"file": ("schema.json", document.content, "application/json")}
    same = root.http.post(
        f"{at}/mappings/schema", data={"csrf_token": root.csrf_token}, files=files, follow_redirects=False
    )
    assert same.status_code == 303
    changed = orjson.loads(document.content)
    (mapping,) = changed["synchronizationRules"][0]["objectMappings"]
    (title,) = [each for each in mapping["attributeMappings"] if each["targetAttributeName"] == "title"]
    title["source"] = {"type": "Attribute", "name": "department"}
    save(root, at, root.post(f"{at}/mappings/schema", document=orjson.dumps(changed).decode()).text)
    assert row(admin, "title") == AttributeMapping("title", Direct("department"))
    assert "It is no JSON" in root.post(f"{at}/mappings/schema", document="{").text
    assert "cannot be saved" in root.post(f"{at}/mappings/schema", document="{}").text


def test_the_defaults_are_restored_after_a_look(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(f"{at}/mappings/users/edit?target=title")
    save(root, at, root.post(f"{at}/mappings/users/put", **mapped("title", attribute="city")).text)
    review = root.post(f"{at}/mappings/restore").text
    assert "[city] -&gt; [jobTitle]" in review
    save(root, at, review)
    assert row(admin, "title") == AttributeMapping("title", Direct("jobTitle"))


def test_readers_see_the_mappings_without_forms(admin: Administrator, root: ConsoleBrowser, at: str) -> None:
    from console.console_site import Site

    reader = Site(admin).signed_in(Role.USER_ADMINISTRATOR)
    page = reader.get(f"{at}/mappings/users").text
    assert "userPrincipalName" in page
    assert "Review the change" not in page
    assert reader.get(f"{at}/mappings/users/edit?target=title").status_code == 403
