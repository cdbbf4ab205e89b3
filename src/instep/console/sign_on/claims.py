"""How are Attributes & Claims edited, and shown for a real user before anybody signs in?"""

from dataclasses import dataclass

from starlette.responses import Response

from instep.admin.sign_on.entitlement import NotEntitled
from instep.admin.sign_on.setting_up import change_rules, configured
from instep.admin.sign_on.signing_in import NotSignedIn, preview_claims, shown_assertion
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.forms import Form
from instep.console.sign_on.setting_up import SettingUp
from instep.directory.applications import App
from instep.rules.claims import Claim, ClaimFails, ClaimRules
from instep.saml.names import NameIdFormat
from instep.sign_on.configuration import SignOnRefused

FORMATS = [
    (NameIdFormat.EMAIL_ADDRESS.value, "Email address"),
    (NameIdFormat.PERSISTENT.value, "Persistent"),
    (NameIdFormat.TRANSIENT.value, "Transient"),
    (NameIdFormat.UNSPECIFIED.value, "Unspecified"),
    (NameIdFormat.WINDOWS_DOMAIN_NAME.value, "Windows domain qualified name"),
]
_EMPTY_ROWS = 3


@dataclass(frozen=True, slots=True)
class ClaimPages:
    """The page *Attributes & Claims*, and *Test*."""

    setting_up: SettingUp

    def edit(self, desk: Desk, asked: Asked, app: App) -> Response:
        """The rules, and what they give for a user."""
        rules = configured(desk.instep.sign_on, app).rules
        return _form(desk, asked, app, rules, Form())

    def save(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Save them."""
        rules = _read(asked)
        try:
            if rules.name_id_format not in dict(FORMATS):
                raise SignOnRefused("Choose the format of the NameID.", "name_id_format")
            change_rules(desk.instep.sign_on, app, rules, asked.actor)
        except SignOnRefused as refused:
            return _form(desk, asked, app, rules, Form().with_problem(refused.field, str(refused)))
        return desk.frame.redirect(asked, address(app, "single-sign-on/claims"), "Attributes & Claims were saved.")

    def test(self, desk: Desk, asked: Asked, app: App) -> Response:
        """The assertion that a user would get now, which is brought nowhere."""
        who = asked.query("who")
        user_id, form = _user_id(desk, who), Form({"who": who})
        shown: str | NotSignedIn = ""
        if who and user_id is None:
            form = form.with_problem("who", "Nobody of this name is in the directory.")
        elif user_id is not None:
            addresses = self.setting_up.addresses(asked, app)
            shown = shown_assertion(desk.instep.sign_on, app, addresses, user_id)
        return desk.page(
            asked,
            app,
            "sign_on/test.html",
            title="Test single sign-on",
            form=form,
            assertion=shown if isinstance(shown, str) else "",
            why=shown.why if isinstance(shown, NotSignedIn) else "",
        )


def _read(asked: Asked) -> ClaimRules:
    names, sources = asked.fields("claim_name"), asked.fields("claim_source")
    rows = [(name.strip(), source.strip()) for name, source in zip(names, sources, strict=False)]
    claims = tuple(Claim(name, source) for name, source in rows if name)
    return ClaimRules(asked.field("name_id_source").strip(), asked.field("name_id_format"), claims)


def _form(desk: Desk, asked: Asked, app: App, rules: ClaimRules, form: Form) -> Response:
    who = asked.query("who")
    user_id = _user_id(desk, who)
    given = None if user_id is None else preview_claims(desk.instep.sign_on, app, user_id)
    failed = given.problem if isinstance(given, ClaimFails) else given.why if isinstance(given, NotEntitled) else ""
    texts = {"name_id_source": rules.name_id_source, "name_id_format": rules.name_id_format, "who": who}
    shown = Form(texts, form.problems, form.problem)
    if who and user_id is None:
        shown = shown.with_problem("who", "Nobody of this name is in the directory.")
    return desk.page(
        asked,
        app,
        "sign_on/claims.html",
        title="Attributes & Claims",
        http_status=422 if form.is_refused else 200,
        form=shown,
        rows=[*((each.name, each.source) for each in rules.claims), *[("", "")] * _EMPTY_ROWS],
        formats=FORMATS,
        given=None if given is None or failed else given,
        failed=failed,
    )


def _user_id(desk: Desk, who: str) -> str | None:
    if not who:
        return None
    with desk.instep.directory.reading() as reading:
        found = reading.user(who) or next(iter(reading.users_named(who)), None)
    return None if found is None else found.id
