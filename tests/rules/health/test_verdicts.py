"""What does an outcome mean, for the user and for the job? (scim-wire.md 1.8, engine.md 9.4, RFC 7644 3.12)"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.health.outcomes import Answer, NoAnswer, NotSent, Outcome
from instep.rules.health.verdicts import (
    KEPT_OF_AN_ANSWER,
    Conflict,
    CredentialsRefused,
    Done,
    Failed,
    Misconfigured,
    NotThere,
    Unavailable,
    Uncertain,
    explain,
    judge_read,
    judge_write,
)
from instep.rules.planning.plan import OperationKind

CREATE, UPDATE, DELETE = OperationKind.CREATE, OperationKind.UPDATE, OperationKind.DELETE
ACCOUNT = b'{"id": "U1", "userName": "ada@corp.example"}'
ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"
ERROR = json.dumps({"schemas": [ERROR_URN], "status": "400", "detail": "no such thing"}).encode()
TAKEN = json.dumps({"schemas": [ERROR_URN], "status": "400", "scimType": "uniqueness", "detail": "taken"}).encode()
HTML = b"<html>Welcome</html>"
NOT_UNDERSTOOD = "SystemForCrossDomainIdentityManagementServiceIncompatible"
BAD = "SystemForCrossDomainIdentityManagementBadResponse"

WRITES = [
    # kind, outcome, verdict, code
    (CREATE, Answer(201, ACCOUNT), Done, None),
    (CREATE, Answer(200, ACCOUNT), Done, None),
    (CREATE, Answer(202, ACCOUNT), Done, None),
    (CREATE, Answer(201, b'{"userName": "ada"}'), Uncertain, NOT_UNDERSTOOD),
    (CREATE, Answer(201, b'{"id": ""}'), Uncertain, NOT_UNDERSTOOD),
    (CREATE, Answer(201, b'{"id": 7}'), Uncertain, NOT_UNDERSTOOD),
    (CREATE, Answer(201, b""), Uncertain, NOT_UNDERSTOOD),
    (UPDATE, Answer(201, b'{"userName": "ada"}'), Uncertain, NOT_UNDERSTOOD),
    (UPDATE, Answer(201, b""), Uncertain, NOT_UNDERSTOOD),
    (UPDATE, Answer(200, b'{"totalResults": 7, "Resources": []}'), Uncertain, NOT_UNDERSTOOD),
    (CREATE, Answer(204, b""), Uncertain, NOT_UNDERSTOOD),
    (CREATE, Answer(200, HTML), Uncertain, NOT_UNDERSTOOD),
    (CREATE, Answer(200, ERROR), Uncertain, NOT_UNDERSTOOD),
    (UPDATE, Answer(200, ACCOUNT), Done, None),
    (UPDATE, Answer(200, b""), Done, None),
    (UPDATE, Answer(204, b""), Done, None),
    (UPDATE, Answer(202, b" \n"), Done, None),
    (UPDATE, Answer(200, HTML), Uncertain, NOT_UNDERSTOOD),
    (UPDATE, Answer(200, b"[]"), Uncertain, NOT_UNDERSTOOD),
    (UPDATE, Answer(200, ERROR), Uncertain, NOT_UNDERSTOOD),
    (DELETE, Answer(204, b""), Done, None),
    (DELETE, Answer(200, b"{}"), Done, None),
    (UPDATE, Answer(301, b"", location="https://elsewhere"), Misconfigured, "Redirected"),
    (CREATE, Answer(307, b"", location="https://elsewhere"), Misconfigured, "Redirected"),
    (CREATE, Answer(400, TAKEN), Conflict, None),
    (CREATE, Answer(400, ERROR), Failed, BAD),
    (CREATE, Answer(400, b""), Failed, BAD),
    (UPDATE, Answer(401, b""), CredentialsRefused, "Unauthorized"),
    (UPDATE, Answer(403, ERROR), Failed, "InsufficientRights"),
    (CREATE, Answer(404, b""), NotThere, None),
    (DELETE, Answer(404, ERROR), NotThere, None),
    (UPDATE, Answer(405, b""), Failed, "MethodNotAllowed"),
    (CREATE, Answer(409, b""), Conflict, None),
    (UPDATE, Answer(409, TAKEN), Conflict, None),
    (UPDATE, Answer(412, b""), Failed, BAD),
    (UPDATE, Answer(413, b""), Failed, BAD),
    (UPDATE, Answer(422, b""), Failed, "UnprocessableEntity"),
    (CREATE, Answer(429, b"", retry_after_seconds=7.0), Unavailable, "TooManyRequests"),
    (CREATE, Answer(500, b"oops"), Uncertain, "InternalServerError"),
    (UPDATE, Answer(500, b"oops"), Uncertain, "InternalServerError"),
    (CREATE, Answer(501, b""), Uncertain, "NotImplemented"),
    (UPDATE, Answer(503, b""), Uncertain, "InternalServerError"),
    (CREATE, NotSent("connection refused"), Unavailable, "ConnectionFailed"),
    (DELETE, NotSent("no such host"), Unavailable, "ConnectionFailed"),
    (CREATE, NoAnswer("closed"), Uncertain, "Timeout"),
    (UPDATE, NoAnswer("closed"), Uncertain, "Timeout"),
]
READS = [
    (Answer(200, b'{"totalResults": 0}'), Done, None),
    (Answer(200, ACCOUNT), Done, None),
    (Answer(200, HTML), Failed, NOT_UNDERSTOOD),
    (Answer(200, b""), Failed, NOT_UNDERSTOOD),
    (Answer(200, b"[1]"), Failed, NOT_UNDERSTOOD),
    (Answer(200, ERROR), Failed, NOT_UNDERSTOOD),
    (Answer(204, b""), Failed, BAD),
    (Answer(302, b"", location="/login"), Misconfigured, "Redirected"),
    (Answer(400, ERROR), Failed, BAD),
    (Answer(401, b""), CredentialsRefused, "Unauthorized"),
    (Answer(403, b""), CredentialsRefused, "InsufficientRights"),
    (Answer(404, b""), NotThere, None),
    (Answer(429, b""), Unavailable, "TooManyRequests"),
    (Answer(500, b""), Failed, "InternalServerError"),
    (Answer(501, b""), Failed, "NotImplemented"),
    (Answer(503, b""), Failed, "InternalServerError"),
    (NotSent("refused"), Unavailable, "ConnectionFailed"),
    (NoAnswer("late"), Failed, "Timeout"),
]


@pytest.mark.parametrize(("kind", "outcome", "verdict", "code"), WRITES)
def test_each_outcome_of_a_write_has_its_verdict(
    kind: OperationKind, outcome: Outcome, verdict: type, code: str | None
) -> None:
    judged = judge_write(kind, outcome)
    assert type(judged) is verdict
    assert getattr(judged, "code", None) == code


@pytest.mark.parametrize(("outcome", "verdict", "code"), READS)
def test_each_outcome_of_a_read_has_its_verdict(outcome: Outcome, verdict: type, code: str | None) -> None:
    judged = judge_read(outcome)
    assert type(judged) is verdict
    assert getattr(judged, "code", None) == code


@pytest.mark.parametrize("scim_type", ["noTarget", "invalidPath", "invalidSyntax"])
def test_a_form_that_is_refused_comes_with_the_advice_to_try_another_dialect(scim_type: str) -> None:
    answer = Answer(400, json.dumps({"schemas": [ERROR_URN], "scimType": scim_type, "detail": "no"}).encode())
    judged = judge_write(UPDATE, answer)
    assert isinstance(judged, Failed)
    assert judged.detail.startswith("HTTP 400: no. ")
    assert "dialect=rfc" in judged.detail


def test_what_the_target_asked_for_goes_with_the_verdict() -> None:
    judged = judge_write(UPDATE, Answer(429, b"", retry_after_seconds=90.0))
    assert judged == Unavailable("TooManyRequests", "HTTP 429: an empty answer", 90.0)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(400, ERROR), "HTTP 400: no such thing"),
        (Answer(500, b" oops\n"), "HTTP 500: oops"),
        (Answer(500, b""), "HTTP 500: an empty answer"),
        (Answer(500, b"\xff\xfe"), "HTTP 500: \ufffd\ufffd"),
        (Answer(400, b'{"detail": ["odd"]}'), "HTTP 400: ['odd']"),
    ],
)
def test_an_answer_is_explained_in_the_targets_own_words(answer: Answer, words: str) -> None:
    assert explain(answer) == words


def test_no_more_is_kept_of_an_answer_than_an_administrator_reads() -> None:
    assert len(explain(Answer(500, b"x" * 1_000_000))) < KEPT_OF_AN_ANSWER + 20


def test_a_redirect_says_where_to_and_that_it_is_not_followed() -> None:
    judged = judge_read(Answer(301, b"", location="https://elsewhere.example"))
    assert isinstance(judged, Misconfigured)
    assert "https://elsewhere.example" in judged.detail
    assert "not followed" in judged.detail


ANSWERS = st.builds(
    Answer,
    st.integers(200, 599),
    st.one_of(st.binary(max_size=50), st.sampled_from([ACCOUNT, ERROR, TAKEN, HTML, b"null", b"{}"])),
)


@given(st.sampled_from(OperationKind), ANSWERS)
def test_every_answer_to_a_write_has_a_verdict_and_only_a_success_is_done(kind: OperationKind, answer: Answer) -> None:
    judged = judge_write(kind, answer)
    assert not isinstance(judged, Done) or answer.status in (200, 201, 202, 204)
    if kind is CREATE and isinstance(judged, Done):
        assert judged.resource is not None
        assert judged.resource["id"]


@given(ANSWERS)
def test_every_answer_to_a_read_has_a_verdict_and_only_200_with_an_object_is_done(answer: Answer) -> None:
    judged = judge_read(answer)
    assert not isinstance(judged, Done) or (answer.status == 200 and judged.resource is not None)
