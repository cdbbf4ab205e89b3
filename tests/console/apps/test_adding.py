"""Is an application found in the gallery, added under a name, and refused where the name is taken?"""

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from instep.admin.applications import find_app


def test_the_gallery_is_searched_over_every_template(root: ConsoleBrowser) -> None:
    assert "in the gallery" in root.get("/apps/new").text
    found = root.get("/apps/new?q=proxyclick").text
    assert 'href="/apps/new/proxyclick"' in found
    assert "1 application" in found
    assert "No application of the gallery is called that" in root.get("/apps/new?q=nosuchthing").text


def test_a_long_list_goes_on_page_by_page(root: ConsoleBrowser) -> None:
    first = root.get("/apps/new").text
    following = first.partition('rel="next" href="')[2].partition('"')[0]
    second = root.get(following).text
    assert 'rel="prev"' in second
    assert 'href="/apps/new/proxyclick"' in first
    assert 'href="/apps/new/proxyclick"' not in second


def test_proxyclick_is_added_with_a_name_and_there_it_is(root: ConsoleBrowser, admin: Administrator) -> None:
    offered = root.get("/apps/new/proxyclick")
    assert "11" in offered.text
    assert "groups are not provisioned" in offered.text
    there = root.follow(root.post("/apps/new/proxyclick", name="Visitors of Ghent"))
    assert "Visitors of Ghent was added, with 11 attribute mappings" in there.text
    assert find_app(admin.instep.applications, "visitors of ghent").template_id == "proxyclick"
    assert "Visitors of Ghent" in root.get("/apps").text


def test_a_name_that_is_taken_is_told_at_its_field_and_kept(root: ConsoleBrowser) -> None:
    root.get("/apps/new/proxyclick")
    refused = root.post("/apps/new/proxyclick", name="PROXYCLICK")
    assert refused.status_code == 422
    assert "There is an application named Proxyclick already" in refused.text
    assert 'value="PROXYCLICK"' in refused.text


def test_the_list_finds_by_name_and_says_how_each_is_doing(root: ConsoleBrowser) -> None:
    assert "Not connected" in root.get("/apps").text
    assert "No" in root.get("/apps?q=nobody").text
    assert "Proxyclick" in root.get("/apps?q=click").text


def test_an_application_that_is_not_there_is_told(site: Site) -> None:
    root = site.signed_in()
    for path in ("/apps/nobody", "/apps/nobody/provisioning", "/apps/nobody/owners"):
        assert root.get(path).status_code == 404
    assert root.get("/apps/new/nothing").status_code == 404
