"""What do scripts with Microsoft's SDK for Python do before they come to their point: applications, jobs, people?"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.application_templates.item.instantiate.instantiate_post_request_body import (
    InstantiatePostRequestBody,
)
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.synchronization_job import SynchronizationJob
from msgraph.generated.models.synchronization_schedule_state import SynchronizationScheduleState
from msgraph.generated.models.synchronization_secret import SynchronizationSecret
from msgraph.generated.models.synchronization_secret_key_string_value_pair import (
    SynchronizationSecretKeyStringValuePair,
)
from msgraph.generated.models.synchronization_status_code import SynchronizationStatusCode
from msgraph.generated.models.user import User
from msgraph.generated.service_principals.item.synchronization.jobs.item.validate_credentials.validate_credentials_post_request_body import (  # noqa: E501
    ValidateCredentialsPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.secrets.secrets_put_request_body import (
    SecretsPutRequestBody,
)

from fakes.served_tenant import ServedTenant

_numbers = count(1)


@dataclass(frozen=True)
class Script:
    """What a script has made: an application with its job."""

    graph: GraphServiceClient
    tenant: ServedTenant
    sp: str
    job_id: str = ""

    @property
    def principal(self) -> Any:
        return self.graph.service_principals.by_service_principal_id(self.sp)

    @property
    def sync(self) -> Any:
        return self.principal.synchronization

    @property
    def job(self) -> Any:
        return self.sync.jobs.by_synchronization_job_id(self.job_id)

    async def once(self, holds: Callable[[SynchronizationJob], bool]) -> SynchronizationJob:
        """The job, as soon as something holds of it: the service runs it by itself."""
        async with asyncio.timeout(60):
            while not holds(job := await self.job.get()):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.2)
        return job

    async def accounts(self, *users: User) -> list[dict[str, Any]]:
        """The accounts of some users, once all of them have one."""
        async with asyncio.timeout(60):
            while True:
                found = [self.tenant.find(f'userName eq "{user.user_principal_name}"') for user in users]
                if all(found):
                    return [each for (each,) in found]
                await asyncio.sleep(0.2)


def asking(builder: Any, /, headers: dict[str, str] | None = None, **options: Any) -> RequestConfiguration[Any]:
    """What a GET of a builder is asked with."""
    (kind,) = [each for name, each in vars(type(builder)).items() if name.endswith("GetQueryParameters")]
    asked = RequestConfiguration(query_parameters=kind(**options))
    for name, value in (headers or {}).items():
        asked.headers.add(name, value)
    return asked


async def added(graph: GraphServiceClient, tenant: ServedTenant) -> Script:
    """S1: an application from the gallery."""
    templates = graph.application_templates
    found = await templates.get(asking(templates, filter="displayName eq 'Proxyclick'"))
    (template,) = found.value
    assert template.supported_provisioning_types == ["sync"]
    name = f"Proxyclick {next(_numbers)}"
    instantiate = templates.by_application_template_id(template.id).instantiate
    made = await instantiate.post(InstantiatePostRequestBody(display_name=name))
    assert made.application.app_id == made.service_principal.app_id
    principals = graph.service_principals
    named = await principals.get(
        asking(principals, filter="startswith(displayName,'Proxyclick')", select=["id", "appId", "displayName"])
    )
    assert name in {each.display_name for each in named.value}
    return Script(graph, tenant, made.service_principal.id)


def secrets(tenant: ServedTenant, token: str | None = None) -> list[SynchronizationSecretKeyStringValuePair]:
    return [
        secret(SynchronizationSecret.BaseAddress, tenant.tenant_url),
        secret(SynchronizationSecret.SecretToken, token or tenant.secret_token),
    ]


def secret(key: SynchronizationSecret, value: str) -> SynchronizationSecretKeyStringValuePair:
    return SynchronizationSecretKeyStringValuePair(key=key, value=value)


async def connected(graph: GraphServiceClient, tenant: ServedTenant) -> Script:
    """S2 but for the start: a job with its credentials."""
    script = await added(graph, tenant)
    (template,) = (await script.sync.templates.get()).value
    assert template.id == "proxyclick"
    assert (await script.sync.jobs.get()).value == []
    job = await script.sync.jobs.post(SynchronizationJob(template_id=template.id))
    assert job.schedule.state == SynchronizationScheduleState.Disabled
    assert job.status.code == SynchronizationStatusCode.NotConfigured
    script = Script(graph, tenant, script.sp, job.id)
    settings = {"Enabled": True, "Recipients": "ops@example.org", "DeleteThresholdEnabled": False}
    more = [
        secret(SynchronizationSecret.SyncAll, "false"),
        secret(SynchronizationSecret.SyncNotificationSettings, json.dumps(settings)),
    ]
    await script.sync.secrets.put(SecretsPutRequestBody(value=[*secrets(tenant), *more]))
    await script.job.validate_credentials.post(ValidateCredentialsPostRequestBody(use_saved_credentials=True))
    return script


async def started(graph: GraphServiceClient, tenant: ServedTenant, *users: User) -> Script:
    """A job that has done its initial cycle, with some users assigned."""
    script = await connected(graph, tenant)
    for user in users:
        await assigned(script, user)
    await script.job.start.post()
    await script.once(lambda job: job.status.code == SynchronizationStatusCode.Active)
    return script


async def hired(graph: GraphServiceClient, name: str, **more: Any) -> User:
    user_name = f"{name}.{next(_numbers)}"
    return await graph.users.post(
        User(
            account_enabled=True,
            display_name=name.capitalize(),
            given_name=name.capitalize(),
            surname="Example",
            mail_nickname=user_name,
            user_principal_name=f"{user_name}@corp.example",
            password_profile=PasswordProfile(password="not kept"),
            **more,
        )
    )


async def assigned(script: Script, user: User) -> AppRoleAssignment:
    shown = await script.principal.get(asking(script.principal, select=["appRoles"]))
    role = next(each for each in shown.app_roles if each.is_enabled and "User" in each.allowed_member_types)
    body = AppRoleAssignment(principal_id=user.id, resource_id=script.sp, app_role_id=role.id)
    return await script.principal.app_role_assigned_to.post(body)
