"""Who decides whether a Tenant URL may lead to this machine?"""

from pathlib import Path

import pytest

from instep.cli.places import is_for_others
from instep.connectors.outbound.allowed_targets import SETTING, AllowedTargets, TargetsUnreadable
from instep.wiring import open_instep


@pytest.mark.parametrize(
    ("host", "public_url", "expected"),
    [
        ("127.0.0.1", None, False),
        ("::1", None, False),
        ("localhost", "http://localhost:8480", False),
        ("127.0.0.1", "https://instep.corp.example", True),
        ("0.0.0.0", None, True),
        ("192.0.2.7", "http://127.0.0.1:8480", True),
    ],
)
def test_others_reach_what_listens_elsewhere_or_has_another_name(
    host: str, public_url: str | None, *, expected: bool
) -> None:
    assert is_for_others(host, public_url) is expected


def test_this_machine_is_allowed_unless_the_setting_or_the_service_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def allowed(unless_set: str | None = None) -> AllowedTargets:
        with open_instep(tmp_path, allowed_unless_set=unless_set) as instep:
            return instep.allowed_targets

    monkeypatch.delenv(SETTING, raising=False)
    assert allowed().why_not_named("localhost", 80) is None
    assert allowed("") == AllowedTargets()
    monkeypatch.setenv(SETTING, "")
    assert allowed() == AllowedTargets()
    monkeypatch.setenv(SETTING, "loopback")
    assert allowed("").why_not_named("localhost", 80) is None
    monkeypatch.setenv(SETTING, "10.0.0.1/8")
    with pytest.raises(TargetsUnreadable, match=r"10\.0\.0\.1/8"):
        allowed()
