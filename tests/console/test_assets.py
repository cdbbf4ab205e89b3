"""Are styles and scripts served as they are, for good, and is it told when they are missing?"""

import gzip
import json
from importlib.resources import files
from pathlib import Path

import pytest

import instep.console.assets as module
from console.console_site import Site
from fakes.administrator import Administrator
from instep.console.assets import read_assets
from instep.wiring import IncompleteProgram

ROOT = Path(__file__).parents[2]
OURS = ("console.css", "theme.js", "console.js", "alike.js", "mark.svg")


@pytest.mark.parametrize("name", OURS)
def test_what_we_wrote_refers_to_nothing_else_and_runs_no_text(site: Site, name: str) -> None:
    answer = site.get(read_assets().address(name))
    assert answer.status_code == 200
    for foreign in ("@import", "url(", "https://", "innerHTML", "eval("):
        assert foreign not in answer.text


def test_an_address_has_the_hash_of_its_content_so_that_browsers_keep_it_for_good(site: Site) -> None:
    for asset in read_assets().by_name.values():
        answer = site.get(asset.address)
        assert answer.content == asset.content
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert site.get(asset.address.replace("/assets/", "/assets/0")).status_code == 404


def test_a_large_file_is_sent_compressed_to_those_who_take_that(site: Site) -> None:
    address = read_assets().address("tabler.min.css")
    smaller = site.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert smaller.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in site.client.get(address, headers={"Accept-Encoding": "identity"}).headers
    assert smaller.content == read_assets().by_name["tabler.min.css"].content
    assert len(gzip.compress(smaller.content)) < len(smaller.content) / 4


def test_missing_files_of_others_are_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, admin: Administrator
) -> None:
    monkeypatch.setattr(module, "_VENDORED", ("nowhere.js",))
    with pytest.raises(IncompleteProgram, match=r"vendor/nowhere\.js is missing\. Run 'make setup'"):
        Site(admin)


def test_the_lock_file_tells_what_is_right_and_not_where_it_came_from() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert not name or package["integrity"].startswith("sha512-")
        assert "resolved" not in package


def test_what_pages_ask_for_is_what_the_build_copies() -> None:
    vendored = {path.name for path in files("instep.console").joinpath("assets", "vendor").iterdir()}
    assert set(module._VENDORED) <= vendored
