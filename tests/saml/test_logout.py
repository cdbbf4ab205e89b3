"""Do both sides understand each other when somebody signs out?"""

from datetime import timedelta

import pytest
from lxml import etree

from fakes.saml_parties import ANA, NOW, key_of
from instep.saml.assertion import NameId
from instep.saml.bindings import Parameter, received_by_redirect, redirect_address
from instep.saml.logout import (
    LogoutRequest,
    LogoutResponse,
    read_logout_request,
    read_logout_response,
    written_logout_request,
    written_logout_response,
)
from instep.saml.names import Status
from instep.saml.refusals import NotBelieved

SIGNED_OUT = "https://sp.example/logout"
REQUEST = LogoutRequest(
    "_1", "https://idp.example", NOW, SIGNED_OUT, NameId(ANA), ("_s1", "_s2"), NOW + timedelta(0, 60)
)
ANSWER = LogoutResponse(
    "_2", "https://sp.example", NOW, SIGNED_OUT, "_1", Status.RESPONDER, Status.PARTIAL_LOGOUT, "One."
)


def test_a_request_names_whom_and_which_sessions():
    address = redirect_address(SIGNED_OUT, Parameter.REQUEST, written_logout_request(REQUEST), "", key_of("idp"))
    received = received_by_redirect(address.partition("?")[2])
    assert read_logout_request(received.verified((key_of("idp").certificate,), NOW)) == REQUEST


def test_an_answer_says_what_came_of_it():
    address = redirect_address(SIGNED_OUT, Parameter.RESPONSE, written_logout_response(ANSWER), "", key_of("idp"))
    received = received_by_redirect(address.partition("?")[2])
    assert read_logout_response(received.verified((key_of("idp").certificate,), NOW)) == ANSWER


def test_one_is_not_taken_for_the_other():
    with pytest.raises(NotBelieved, match="no LogoutRequest"):
        read_logout_request(etree.fromstring(etree.tostring(written_logout_response(ANSWER))))
