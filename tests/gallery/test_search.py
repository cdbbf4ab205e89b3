"""Does a search find the application that is meant, and put it first?"""

import pytest

from instep.gallery.search import find
from instep.gallery.template import TemplateSummary
from instep.gallery.templates import search


def ids(text, *names):
    return [
        found.name for found in find(text, [TemplateSummary(name.lower(), name, True, None, False) for name in names])
    ]


@pytest.mark.parametrize("text", ["proxyclick", "Proxyclick", "  PROXYCLICK ", "proxy click", "proxycl", "Pröxyclick"])
def test_a_search_finds_proxyclick_first(text):
    assert search(text)[0].id == "proxyclick"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("custom scim", "custom-scim"),
        ("non-gallery", "custom-scim"),
        ("monday.com", "mondaycom"),
        ("aws iam", "aws-single-sign-on"),
        ("github enterprise", "github-enterprise-managed-user"),
        ("15 five", "15five"),
    ],
)
def test_a_search_by_name_or_id_puts_the_best_first(text, first):
    assert search(text)[0].id == first


@pytest.mark.parametrize("text", ["", "   ", "!"])
def test_a_search_without_a_word_lists_every_application_by_name(text):
    found = search(text)
    assert len(found) == 334
    assert [summary.name.casefold() for summary in found[:2]] == ["15five", "4me"]


def test_a_search_for_what_is_not_there_finds_nothing():
    assert search("no such application anywhere") == ()


def test_every_word_must_occur():
    assert ids("cloud sales", "Sales Cloud", "Cloud Academy", "Sales Desk") == ["Sales Cloud"]


def test_whole_names_come_before_beginnings_words_and_parts():
    assert ids("box", "Dropbox", "The Box Shop", "Boxcryptor", "Box", "Pandora Boxes") == [
        "Box",
        "Boxcryptor",
        "The Box Shop",
        "Pandora Boxes",
        "Dropbox",
    ]


def test_accents_and_case_do_not_matter():
    assert ids("MURAL café", "Mural Cafe") == ["Mural Cafe"]
    assert ids("strasse", "Straße") == ["Straße"]
