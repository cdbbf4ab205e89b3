"""Is an administrator told by mail, whoever ran the cycle, even if the mail server was away at first?"""

import pytest

from fakes.administrator import Administrator, environment, types, upn
from fakes.faulty_target import SECRET_TOKEN, FaultyTarget
from fakes.mail_server import mail_server
from instep.ledger.jobs import JobState
from journeys.test_the_service_follows_the_directory import serving, until


def test_a_refused_token_reaches_the_administrators_mailbox_by_the_service(
    admin: Administrator, target: FaultyTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = admin.instep.settings.data_directory
    admin.connects(target.tenant_url, SECRET_TOKEN)
    saved = types("apps", "set", "proxyclick", "notify=amy@corp.example", data=data)
    assert "INSTEP_SMTP_HOST" in saved.stdout
    admin.hires("ada")
    admin.assigns_everyone()
    target.token = "another"
    assert types("apps", "provision", "proxyclick", data=data).returncode == 4
    assert "1 not sent yet" in types("apps", "status", "proxyclick", data=data).stdout
    with mail_server() as server:
        settings = {"INSTEP_SMTP_HOST": "127.0.0.1", "INSTEP_SMTP_PORT": str(server.port)}
        monkeypatch.setattr(
            "journeys.test_the_service_follows_the_directory.environment",
            lambda: environment() | settings | {"INSTEP_SMTP_SECURITY": "none"},
        )
        with serving(data):
            until(lambda: server.subjects, [("amy@corp.example", "[Instep] Proxyclick is in quarantine")])
    [message] = server.taken
    assert "the target refuses the Secret Token" in str(message.get_body(("plain",)))
    assert SECRET_TOKEN not in str(message)
    assert admin.job.state is JobState.PAUSED
    assert upn("ada") not in str(message)
