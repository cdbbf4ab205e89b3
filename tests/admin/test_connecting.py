"""What does an administrator see of Test Connection: what was sent, what was answered, and what is to be done?"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.administrator import Administrator, administrator
from fakes.faulty_target import FaultyTarget, answers, faulty_target, says
from instep.admin.connecting import ConnectionTest, try_connection
from instep.admin.ports import AuditQuery
from instep.admin.provisioning import new_door
from instep.ledger.audit import Modified, modified

SECRET = "pxk_0123456789abcdef"


@pytest.fixture
def target() -> Iterator[FaultyTarget]:
    with faulty_target() as found:
        found.token = SECRET
        yield found


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Administrator]:
    with administrator(tmp_path) as found:
        yield found


def tries(admin: Administrator, target: FaultyTarget, token: str = SECRET) -> ConnectionTest:
    service = admin.instep.service
    return asyncio.run(try_connection(service, admin.app, new_door(service, admin.app, target.tenant_url, token)))


def test_what_was_sent_and_answered_is_told_without_the_token(admin: Administrator, target: FaultyTarget) -> None:
    tried = tries(admin, target)
    assert tried.works
    assert tried.sentence == "The supplied credentials are authorized to enable provisioning of Proxyclick."
    (exchange,) = tried.exchanges
    assert exchange.method == "GET"
    assert exchange.url.startswith(f"{target.tenant_url}/Users?filter=userName")
    assert exchange.status == 200
    assert '"totalResults"' in exchange.answer
    assert dict(exchange.headers)["Authorization"] == "Bearer (the Secret Token)"
    assert SECRET not in repr(tried)
    assert admin.instep.jobs.job_of(admin.app) is None


def test_a_failure_says_what_is_wrong_and_what_to_do(admin: Administrator, target: FaultyTarget) -> None:
    tried = tries(admin, target, "another")
    assert tried.trouble is not None
    assert "the Secret Token was refused" in tried.trouble.detail
    assert tried.trouble.advice == "Check it, and that its account has Admin permissions."
    assert [exchange.status for exchange in tried.exchanges] == [401]


def test_an_answer_that_repeats_the_token_does_not_show_it(admin: Administrator, target: FaultyTarget) -> None:
    target.goes_wrong(says(f"<p>no {SECRET}".encode(), 500), "GET")
    tried = tries(admin, target)
    assert "(the Secret Token)" in tried.exchanges[0].answer
    assert SECRET not in repr(tried)


def test_a_long_answer_is_cut(admin: Administrator, target: FaultyTarget) -> None:
    target.goes_wrong(answers(400, "x" * 50_000), "GET")
    assert len(tries(admin, target).exchanges[0].answer) == 4_000


def test_a_saved_connection_is_told_with_the_old_tenant_url_and_never_a_token(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET)
    admin.connects(f"{target.tenant_url}?a=1", SECRET)
    target.token = "pxk_another"
    admin.connects(f"{target.tenant_url}?a=1", "pxk_another")
    other_token, other_url, first = admin.instep.history.audit(AuditQuery(limit=3))
    assert list(modified(first)) == [
        Modified("tenant_url", None, target.tenant_url),
        Modified("secret_token", None, "***"),
    ]
    assert list(modified(other_url)) == [Modified("tenant_url", target.tenant_url, f"{target.tenant_url}?a=1")]
    assert list(modified(other_token)) == [Modified("secret_token", "***", "***")]
