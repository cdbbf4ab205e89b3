// The core scripts of administrators (graph-api.md 3), with Microsoft's client for JavaScript, which knows nothing of
// Instep. Prints what each step found as a line of JSON; the test that runs it looks at the lines.
import { Client, PageIterator } from "@microsoft/microsoft-graph-client";

const { SITE, CLIENT_ID, CLIENT_SECRET, TENANT_URL, SECRET_TOKEN } = process.env;

async function token() {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    scope: "https://graph.microsoft.com/.default",
  });
  const answer = await fetch(`${SITE}/corp.example/oauth2/v2.0/token`, { method: "POST", body: form });
  return (await answer.json()).access_token;
}

const secret = await token();
const graph = Client.init({
  baseUrl: `${SITE}/`,
  defaultVersion: "v1.0",
  customHosts: new Set([new URL(SITE).hostname]),
  authProvider: (done) => done(null, secret),
});

const tell = (step, found) => console.log(JSON.stringify({ step, ...found }));

async function status(call) {
  try {
    await call;
    return 204;
  } catch (error) {
    return error.statusCode;
  }
}

async function until(look) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resume) => setTimeout(resume, 200));
  }
  throw new Error(`waited in vain: ${look}`);
}

// S1: an application from the gallery
const templates = await graph.api("/applicationTemplates").filter("displayName eq 'Proxyclick'").get();
const made = await graph
  .api(`/applicationTemplates/${templates.value[0].id}/instantiate`)
  .post({ displayName: "Proxyclick HQ" });
const sp = `/servicePrincipals/${made.servicePrincipal.id}`;
const listed = await graph
  .api("/servicePrincipals")
  .filter("startswith(displayName,'Proxyclick')")
  .select("id,appId,displayName")
  .get();
tell("S1", { types: templates.value[0].supportedProvisioningTypes, listed: listed.value.map((each) => each.displayName) });

// S2: a job, its credentials
const sync = `${sp}/synchronization`;
const created = await graph.api(`${sync}/jobs`).post({ templateId: "proxyclick" });
const job = `${sync}/jobs/${created.id}`;
const credentials = (word) => [
  { key: "BaseAddress", value: TENANT_URL },
  { key: "SecretToken", value: word },
];
const trying = (word) =>
  status(graph.api(`${job}/validateCredentials`).post({ useSavedCredentials: false, credentials: credentials(word) }));
tell("S2", {
  created: [created.schedule.state, created.status.code],
  wrong: await trying("wrong"),
  right: await trying(SECRET_TOKEN),
  saved: await status(graph.api(`${sync}/secrets`).put({ value: credentials(SECRET_TOKEN) })),
  kept: (await graph.api(`${sync}/secrets`).get()).value,
});

// S3: users, assigned with a role
const { appRoles } = await graph.api(sp).select("appRoles").get();
const role = appRoles.find((each) => each.isEnabled && each.allowedMemberTypes.includes("User"));
const users = [];
for (const name of ["ada", "bo", "cy"]) {
  users.push(
    await graph.api("/users").post({
      accountEnabled: true,
      displayName: name,
      givenName: name,
      surname: "Script",
      mailNickname: name,
      userPrincipalName: `${name}@script.example`,
      passwordProfile: { password: "not kept" },
    }),
  );
}
const assign = (user) =>
  graph
    .api(`${sp}/appRoleAssignedTo`)
    .post({ principalId: user.id, resourceId: made.servicePrincipal.id, appRoleId: role.id });
await assign(users[0]);
const again = await status(assign(users[0]));
const found = [];
const page = await graph.api("/users").top(2).orderby("userPrincipalName").get();
await new PageIterator(graph, page, (user) => found.push(user.userPrincipalName) > 0).iterate();
tell("S3", { again, pages: found });

// S6: one user now
const schema = await graph.api(`${job}/schema`).get();
const results = [];
for (const user of users.slice(0, 2)) {
  const parameters = [
    { ruleId: schema.synchronizationRules[0].id, subjects: [{ objectId: user.id, objectTypeName: "User" }] },
  ];
  const told = await graph.api(`${job}/provisionOnDemand`).post({ parameters });
  results.push(JSON.parse(told.key).result);
}
tell("S6", { results });

// S2, at last: the start; the client sends {} where there is nothing to say
const active = async () => ((await graph.api(job).get()).status.code === "Active" ? "Active" : null);
tell("start", { started: await status(graph.api(`${job}/start`).post({})), state: await until(active) });

// S7: what happened
const log = await graph
  .api("/auditLogs/provisioning")
  .filter(`jobId eq '${created.id}' and activityDateTime gt 2020-01-01T00:00:00Z`)
  .orderby("activityDateTime desc")
  .top(100)
  .get();
tell("S7", { logged: log.value.map((each) => [each.sourceIdentity.displayName, each.provisioningStatusInfo.status]) });

// S9: broken, mended, restarted
await graph.api(`${sync}/secrets`).put({ value: credentials("wrong") });
await assign(users[1]);
await until(async () => (await graph.api(job).get()).status.code === "Quarantine");
await graph.api(`${sync}/secrets`).put({ value: credentials(SECRET_TOKEN) });
const restarted = [];
for (const body of [{ criteria: { resetScope: "Watermark, Escrows, QuarantineState" } }, { criteria: {} }, {}]) {
  restarted.push(await status(graph.api(`${job}/restart`).post(body)));
}
const unknown = await status(graph.api(`${job}/restart`).post({ criteria: { resetScope: "Everything" } }));
tell("S9", { restarted, unknown, quarantine: (await graph.api(job).get()).status.quarantine });

// Delta, and what is not there
const delta = await graph.api("/users/delta").select("userPrincipalName").get();
let round = delta;
while (round["@odata.nextLink"]) round = await graph.api(round["@odata.nextLink"]).get();
const next = await graph.api(round["@odata.deltaLink"]).get();
tell("delta", { first: delta.value.length, next: next.value, missing: await status(graph.api("/users/nobody").get()) });
