"""At which addresses is an application's single sign-on set up, and who may?"""

from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.apps.desk import Desk
from instep.console.doors import Doors
from instep.console.sign_on.claims import ClaimPages
from instep.console.sign_on.setting_up import SettingUp
from instep.console.site import Site

_READ, _MANAGE = Permission.READ_APPLICATIONS, Permission.MANAGE_APPLICATIONS


def routes(doors: Doors, desk: Desk, site: Site) -> list[BaseRoute]:
    """Return them. What decides where people are sent, and what is believed there, is confirmed anew."""
    setting_up, at = SettingUp(site), "/apps/{app}/single-sign-on"
    claims, one = ClaimPages(setting_up), f"{at}/certificates/{{certificate}}"
    return [
        doors.page(at, desk.about(setting_up.show), _READ),
        doors.page(f"{at}/basic", desk.about(setting_up.edit), _MANAGE),
        doors.dangerous_action(f"{at}/basic", desk.about(setting_up.save), _MANAGE),
        doors.upload(f"{at}/metadata", desk.about(setting_up.upload), _MANAGE),
        doors.page(f"{at}/claims", desk.about(claims.edit), _MANAGE),
        doors.dangerous_action(f"{at}/claims", desk.about(claims.save), _MANAGE),
        doors.page(f"{at}/test", desk.about(claims.test), _MANAGE),
        doors.action(f"{at}/certificates", desk.about(setting_up.add_certificate), _MANAGE),
        doors.dangerous_action(f"{one}/activate", desk.about(setting_up.activate), _MANAGE),
        doors.dangerous_action(f"{one}/delete", desk.about(setting_up.delete), _MANAGE),
        doors.page(f"{at}/download/{{file}}", desk.about(setting_up.download), _READ),
    ]
