"""Are those whom an application names told by mail before its certificate expires, and what happens when it has?"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.sign_on.conftest import SignOnTest, form_of
from fakes.mail_server import MailServerThatSays, mail_server
from fakes.people import person_in
from instep.admin.app_properties import save_properties
from instep.admin.sign_on.certificates import activate_certificate, new_certificate, tell_of_expiring
from instep.notices.delivery import Postman
from instep.notices.smtp import Security, SmtpServer
from instep.saml.metadata import read_identity_provider
from instep.sign_on.certificates import SamlCertificate

WHO = ("it@corp.example", "wiki@corp.example")


@pytest.fixture
def mails() -> Iterator[MailServerThatSays]:
    with mail_server() as server:
        yield server


@pytest.fixture
def certificate(test: SignOnTest) -> SamlCertificate:
    """That of the application, which names two people to be told."""
    instep, app = test.admin.instep, test.admin.app
    save_properties(instep.applications, app, replace(app, notification_emails=WHO), test.admin.clock, "root")
    return instep.sign_on.kept.certificates(app.id)[0]


def housekeeping(test: SignOnTest, mails: MailServerThatSays, now: datetime) -> list[str]:
    """What a worker does in a quiet hour at a moment; returns what arrived for the first of the two."""
    test.admin.clock.now = now
    instep, before = test.admin.instep, len(mails.taken)
    tell_of_expiring(instep.sign_on, {app.id: app for app in instep.applications.all()})
    server = SmtpServer("127.0.0.1", mails.port, Security.NONE)
    asyncio.run(Postman(instep.outbox, server, test.admin.clock, "Instep <instep@corp.example>").deliver())
    return [str(each["Subject"]).strip() for each in mails.taken[before:] if each["To"] == WHO[0]]


def test_three_mails_arrive_60_30_and_7_days_ahead_and_say_what_to_do(
    test: SignOnTest, certificate: SamlCertificate, mails: MailServerThatSays
) -> None:
    ends, told = certificate.expires_at, {}
    for days in (61, 60, 59, 31, 30, 29, 8, 7, 6, 1):
        told[days] = housekeeping(test, mails, ends - timedelta(days=days))
    about = "[Instep] Proxyclick: its SAML certificate expires within {} days"
    assert {days: subjects for days, subjects in told.items() if subjects} == {
        days: [about.format(days)] for days in (60, 30, 7)
    }
    assert sorted({str(each["To"]) for each in mails.taken}) == sorted(WHO)
    text = str(mails.taken[0].get_body(("plain",)))
    assert "make a new certificate" in text
    assert "PRIVATE KEY" not in str(mails.taken[0])


def test_whoever_was_away_for_long_gets_one_mail_about_the_nearest(
    test: SignOnTest, certificate: SamlCertificate, mails: MailServerThatSays
) -> None:
    now = certificate.expires_at - timedelta(days=5)
    assert housekeeping(test, mails, now) == ["[Instep] Proxyclick: its SAML certificate expires within 7 days"]
    assert housekeeping(test, mails, now + timedelta(hours=1)) == []


def test_after_a_roll_over_the_old_one_is_published_and_nobody_is_told_of_it(
    test: SignOnTest, certificate: SamlCertificate, mails: MailServerThatSays
) -> None:
    instep, app = test.admin.instep, test.admin.app
    test.admin.clock.now = certificate.expires_at - timedelta(days=61)
    made = new_certificate(instep.sign_on, app, "root")
    activate_certificate(instep.sign_on, app, made.id, "root")
    published = read_identity_provider(test.site.get(f"/saml/{app.id}/metadata").content)
    assert len(published.certificates) == 2
    assert housekeeping(test, mails, certificate.expires_at - timedelta(days=7)) == []
    ada = person_in(instep.access, test.site.new_client(), "ada")
    assert "SAMLResponse" in form_of(ada.get(f"/my/apps/{app.id}").text)[1]


def test_a_certificate_that_has_expired_signs_nobody_in_and_the_page_says_so(
    test: SignOnTest, certificate: SamlCertificate
) -> None:
    test.admin.clock.now = certificate.expires_at + timedelta(seconds=1)
    ada = person_in(test.admin.instep.access, test.site.new_client(), "ada")
    page = ada.get(f"/my/apps/{test.admin.app.id}").text
    assert "has expired, so nobody can be signed in to it" in page
    assert "SAMLResponse" not in page
    assert "Expired" in test.site.get(f"/apps/{test.admin.app.id}/single-sign-on").text
