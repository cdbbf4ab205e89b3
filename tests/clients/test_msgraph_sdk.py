"""The eleven scripts of administrators (graph-api.md 3) with Microsoft's SDK for Python, which knows nothing of Instep.

It signs in with a client secret, by HTTPS, and trusts the certificate that the service made. `make test` installs it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed; `make test` does that")

from azure.identity.aio import ClientSecretCredential
from kiota_abstractions.api_error import APIError
from msgraph import GraphServiceClient
from msgraph.generated.models.attribute_mapping_source import AttributeMappingSource
from msgraph.generated.models.expression_input_object import ExpressionInputObject
from msgraph.generated.models.filter import Filter
from msgraph.generated.models.filter_clause import FilterClause
from msgraph.generated.models.filter_group import FilterGroup
from msgraph.generated.models.filter_operand import FilterOperand
from msgraph.generated.models.provisioning_result import ProvisioningResult
from msgraph.generated.models.string_key_object_value_pair import StringKeyObjectValuePair
from msgraph.generated.models.synchronization_job_application_parameters import (
    SynchronizationJobApplicationParameters,
)
from msgraph.generated.models.synchronization_job_restart_criteria import SynchronizationJobRestartCriteria
from msgraph.generated.models.synchronization_job_restart_scope import SynchronizationJobRestartScope
from msgraph.generated.models.synchronization_job_subject import SynchronizationJobSubject
from msgraph.generated.models.synchronization_schedule_state import SynchronizationScheduleState
from msgraph.generated.models.synchronization_status_code import SynchronizationStatusCode
from msgraph.generated.models.user import User
from msgraph.generated.service_principals.item.synchronization.jobs.item.provision_on_demand.provision_on_demand_post_request_body import (  # noqa: E501
    ProvisionOnDemandPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.jobs.item.restart.restart_post_request_body import (
    RestartPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.jobs.item.schema.parse_expression.parse_expression_post_request_body import (  # noqa: E501
    ParseExpressionPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.jobs.item.validate_credentials.validate_credentials_post_request_body import (  # noqa: E501
    ValidateCredentialsPostRequestBody,
)
from msgraph.generated.service_principals.item.synchronization.secrets.secrets_put_request_body import (
    SecretsPutRequestBody,
)
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from tests.clients.sdk_script import added, asking, assigned, connected, hired, secrets, started

from fakes.served_graph import TENANT, ServedGraph
from fakes.served_tenant import ServedTenant

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the SDK's own modules warn of themselves
]
GALLERY_TAG = "WindowsAzureActiveDirectoryIntegratedApp"


@pytest.fixture(scope="module")
def trusted(served: ServedGraph) -> Iterator[None]:
    """The HTTP client below the SDK takes the certificate from the environment, as an administrator gives it.

    That below the credential looks there when it is imported, which some other test may have done: it is told.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", served.certificate)
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def graph(served: ServedGraph, trusted: None) -> AsyncIterator[GraphServiceClient]:
    """The client of a script, with the one line added that says where Graph is."""
    credential = ClientSecretCredential(
        TENANT,
        served.client_id,
        served.client_secret,
        authority=served.site,
        disable_instance_discovery=True,
        connection_verify=served.certificate,
    )
    async with credential:
        client = GraphServiceClient(credential, ["https://graph.microsoft.com/.default"])
        client.request_adapter.base_url = served.base
        yield client


@pytest.fixture
def tenant(served: ServedGraph) -> ServedTenant:
    return served.tenant


async def test_s1_an_application_is_created_from_the_gallery(graph: GraphServiceClient, tenant: ServedTenant) -> None:
    script = await added(graph, tenant)
    assert (await script.principal.get()).app_role_assignment_required is True


async def test_s2_a_job_gets_credentials_and_is_started(graph: GraphServiceClient, tenant: ServedTenant) -> None:
    script = await connected(graph, tenant)
    wrong = ValidateCredentialsPostRequestBody(
        use_saved_credentials=False, credentials=secrets(tenant, "wrong"), template_id="proxyclick"
    )
    with pytest.raises(APIError) as refused:
        await script.job.validate_credentials.post(wrong)
    assert refused.value.response_status_code == 400
    assert "401" in refused.value.error.message
    for _ in range(2):
        await script.job.start.post()
    job = await script.once(lambda job: job.status.code == SynchronizationStatusCode.Active)
    assert job.schedule.state == SynchronizationScheduleState.Active
    assert job.schedule.interval.total_seconds() == 40 * 60


async def test_s3_a_user_is_assigned_with_a_role(graph: GraphServiceClient, tenant: ServedTenant) -> None:
    script, ada = await added(graph, tenant), await hired(graph, "ada")
    made = await assigned(script, ada)
    with pytest.raises(APIError) as refused:
        await assigned(script, ada)
    assert "already exists" in refused.value.error.message
    kept = await script.principal.app_role_assigned_to.get()
    assert [(each.id, str(each.principal_id)) for each in kept.value] == [(made.id, ada.id)]
    await script.principal.app_role_assigned_to.by_app_role_assignment_id(made.id).delete()
    assert (await script.principal.app_role_assigned_to.get()).value == []


async def test_s4_a_scoping_filter_is_added_to_the_schema(graph: GraphServiceClient, tenant: ServedTenant) -> None:
    script = await connected(graph, tenant)
    schema = await script.job.schema.get()
    version, mapping = schema.version, schema.synchronization_rules[0].object_mappings[0]
    flow = mapping.flow_types
    clause = FilterClause(
        source_operand_name="department", operator_name="EQUALS", target_operand=FilterOperand(values=["Sales"])
    )
    mapping.scope = Filter(groups=[FilterGroup(name="Sales", clauses=[clause])])
    await script.job.schema.patch(schema)
    changed = await script.job.schema.get()
    again = changed.synchronization_rules[0].object_mappings[0]
    assert changed.version != version
    assert again.scope.groups[0].clauses[0].target_operand.values == ["Sales"]
    assert again.flow_types == flow  # which the SDK leaves out of what it sends
    await script.job.schema.delete()
    assert (await script.job.schema.get()).synchronization_rules[0].object_mappings[0].scope is None


async def test_s5_an_expression_is_tried(graph: GraphServiceClient, tenant: ServedTenant) -> None:
    script = await connected(graph, tenant)
    named = StringKeyObjectValuePair(key="surname", additional_data={"value": "Lovelace"})
    body = ParseExpressionPostRequestBody(
        expression='Append([surname], "!")', test_input_object=ExpressionInputObject(properties=[named])
    )
    told = await script.job.schema.parse_expression.post(body)
    assert (told.parsing_succeeded, told.evaluation_result) == (True, ["Lovelace!"])
    assert isinstance(told.parsed_expression, AttributeMappingSource)
    told = await script.job.schema.parse_expression.post(ParseExpressionPostRequestBody(expression="Append("))
    assert (told.parsing_succeeded, bool(told.error.message)) == (False, True)
    assert len((await script.job.schema.functions.get()).value) > 40
    assert {"EQUALS", "IS NULL"} <= {each.id for each in (await script.job.schema.filter_operators.get()).value}


async def test_s6_one_user_is_provisioned_now(graph: GraphServiceClient, tenant: ServedTenant) -> None:
    script, ada, bo = await connected(graph, tenant), await hired(graph, "ada"), await hired(graph, "bo")
    await assigned(script, ada)
    rule = (await script.job.schema.get()).synchronization_rules[0].id
    results = []
    for user in (ada, bo):
        subject = SynchronizationJobSubject(object_id=user.id, object_type_name="User")
        parameters = SynchronizationJobApplicationParameters(rule_id=rule, subjects=[subject])
        told = await script.job.provision_on_demand.post(ProvisionOnDemandPostRequestBody(parameters=[parameters]))
        results.append(json.loads(told.key)["result"])
        assert json.loads(told.value)["reportableIdentifier"] == user.user_principal_name
    assert results == ["Success", "Skipped"]
    assert tenant.find(f'userName eq "{ada.user_principal_name}"')


async def test_s7_failures_are_found_in_the_log(graph: GraphServiceClient, tenant: ServedTenant) -> None:
    good, bad = await hired(graph, "ada"), await hired(graph, "bo")
    await graph.users.by_user_id(bad.id).patch(User(additional_data={"givenName": None}))
    script = await started(graph, tenant, good, bad)
    await script.accounts(good)
    log = graph.audit_logs.provisioning
    condition = f"jobId eq '{script.job_id}' and activityDateTime gt 2020-01-01T00:00:00Z"
    asked = asking(log, filter=condition, orderby=["activityDateTime desc"], top=1)
    page, entries = await log.get(asked), []
    while page is not None:
        entries += page.value
        page = await log.with_url(page.odata_next_link).get() if page.odata_next_link else None
    assert {each.source_identity.id for each in entries} >= {good.id, bad.id}
    assert {each.service_principal.id for each in entries} == {script.sp}
    failed = f"{condition} and provisioningStatusInfo/status eq 'failure'"
    found = (await log.get(asking(log, filter=failed))).value
    assert {each.source_identity.id for each in found} == {bad.id}
    assert {each.provisioning_status_info.status for each in found} == {ProvisioningResult.Failure}
    assert all(each.provisioning_status_info.error_information.reason for each in found)


async def test_s8_jobs_in_quarantine_are_found_over_all_applications(
    graph: GraphServiceClient, tenant: ServedTenant
) -> None:
    script, ada = await connected(graph, tenant), await hired(graph, "ada")
    await assigned(script, ada)
    await script.sync.secrets.put(SecretsPutRequestBody(value=secrets(tenant, "wrong")))
    await script.job.start.post()
    await script.once(lambda job: job.status.code == SynchronizationStatusCode.Quarantine)
    principals = graph.service_principals
    asked = asking(
        principals,
        {"ConsistencyLevel": "eventual"},
        filter=f"tags/any(t:t eq '{GALLERY_TAG}')",
        select=["id", "displayName"],
        top=999,
        count=True,
    )
    found = await principals.get(asked)
    assert found.odata_count == len(found.value)
    batch = BatchRequestContent()
    for each in found.value[-20:]:
        jobs = principals.by_service_principal_id(each.id).synchronization.jobs
        batch.add_request(each.id, BatchRequestItem(jobs.to_get_request_information(), id=each.id))
    answers = await BatchRequestBuilder(graph.request_adapter).post(batch)
    # Each is read again: of a body in a batch this SDK makes nothing, as it expects base64, which Graph does not send.
    assert set(answers.get_response_status_codes().values()) == {200}
    assert (await script.job.get()).status.quarantine.error.message


async def test_s9_what_is_wrong_is_mended_and_the_job_restarted(
    graph: GraphServiceClient, tenant: ServedTenant
) -> None:
    script, ada = await connected(graph, tenant), await hired(graph, "ada")
    await assigned(script, ada)
    await script.sync.secrets.put(SecretsPutRequestBody(value=secrets(tenant, "wrong")))
    await script.job.start.post()
    await script.once(lambda job: job.status.code == SynchronizationStatusCode.Quarantine)
    await script.sync.secrets.put(SecretsPutRequestBody(value=secrets(tenant)))
    chosen = {"resetScope": "Watermark, Escrows, QuarantineState"}
    for criteria in (
        SynchronizationJobRestartCriteria(additional_data=chosen),
        SynchronizationJobRestartCriteria(),  # the SDK makes that of several scopes
        SynchronizationJobRestartCriteria(reset_scope=SynchronizationJobRestartScope.Full),
    ):
        await script.job.restart.post(RestartPostRequestBody(criteria=criteria))
    job = await script.job.get()
    assert job.status.quarantine is None
    await script.accounts(ada)
    unknown = SynchronizationJobRestartCriteria(additional_data={"resetScope": "Everything"})
    with pytest.raises(APIError):
        await script.job.restart.post(RestartPostRequestBody(criteria=unknown))


async def test_s10_a_job_is_paused_and_its_configuration_taken_elsewhere(
    graph: GraphServiceClient, tenant: ServedTenant
) -> None:
    script = await started(graph, tenant)
    await script.job.pause.post()
    job = await script.job.get()
    assert job.status.code == SynchronizationStatusCode.Paused
    assert job.schedule.state != SynchronizationScheduleState.Active
    schema, other = await script.job.schema.get(), await connected(graph, tenant)
    schema.synchronization_rules[0].object_mappings[0].attribute_mappings[-1].flow_type = None
    await other.job.schema.patch(schema)
    cloned = await other.job.schema.get()
    assert cloned.synchronization_rules[0].id == schema.synchronization_rules[0].id
    await other.job.start.post()
    await other.once(lambda job: job.status.code == SynchronizationStatusCode.Active)


async def test_s11_whoever_leaves_loses_their_account(graph: GraphServiceClient, tenant: ServedTenant) -> None:
    ada = await hired(graph, "ada")
    script = await started(graph, tenant, ada)
    await script.accounts(ada)
    await graph.users.by_user_id(ada.id).patch(User(account_enabled=False))
    leavers = await graph.users.get(
        asking(graph.users, filter="accountEnabled eq false", select=["id", "userPrincipalName"])
    )
    assert ada.id in {each.id for each in leavers.value}
    assignments = graph.users.by_user_id(ada.id).app_role_assignments
    for each in (await assignments.get()).value:
        await assignments.by_app_role_assignment_id(each.id).delete()
    async with asyncio.timeout(60):
        while (await script.accounts(ada))[0]["active"]:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    log = graph.audit_logs.provisioning
    disabled = f"provisioningAction eq 'disable' and sourceIdentity/id eq '{ada.id}'"
    assert len((await log.get(asking(log, filter=disabled))).value) == 1
    await script.job.delete()
    with pytest.raises(APIError) as gone:
        await script.job.get()
    assert gone.value.response_status_code == 404
