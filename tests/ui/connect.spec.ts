// A live desk is connected on screen to vendors that run as servers of their own, as if they were the real ones.

import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { careloop, expect, go, setUp, test } from "./live";

const DANA = { name: "Dana Vale", login: "dana", password: "lantern river copper" };

interface Vendors {
  cerner: {
    base: string;
    client_id: string;
    client_secret: string;
    performer: string;
    codes: { note_type: { system: string; code: string }; flowsheet: { system: string; code: string } };
  };
  twilio: { base: string; account_sid: string; auth_token: string; from: string };
  pagerduty: {
    base: string;
    routing_key: string;
    api_key: string;
    webhook_secret: string;
    escalation_policy: string;
    from_email: string;
  };
  slack: { webhook_url: string };
  ehr: { endpoint: string; mllp: string };
}

const cardOf = (page: Page, vendor: string) => page.getByRole("region", { name: vendor, exact: true });

/** Fills in a vendor's form by its labels, and saves it with Enter. */
async function connect(page: Page, vendor: string, fields: Record<string, string>): Promise<void> {
  await cardOf(page, vendor)
    .getByRole("button", { name: /^(Set up|Change)/ })
    .click();
  const dialog = page.getByRole("dialog");
  for (const [label, text] of Object.entries(fields))
    await dialog.getByLabel(label, { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

/** Runs a test by its button and waits for how it came out. */
async function tested(page: Page, vendor: string, name: string, to?: string): Promise<Locator> {
  const card = cardOf(page, vendor);
  await card.getByRole("button", { name: `${vendor}: Test: ${name}` }).click();
  if (to) {
    await page.getByRole("dialog").getByRole("textbox").fill(to);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  const line = card.getByRole("listitem").filter({ hasText: name }).first();
  await expect(line).toHaveAttribute("data-state", /good|warning|bad/, { timeout: 45_000 });
  return line;
}

async function expectNoAxeFinding(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html}`)).toEqual([]);
}

test("an administrator connects every vendor, tests each, and no secret comes back", async ({
  page,
  live,
}) => {
  test.setTimeout(180_000);
  const servers = await careloop("sandbox", "--hooks", live.hooks, "--patient", "1022228");
  const v = servers.ready.vendors as Vendors;
  const answers: string[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/api/call/")) answers.push(await response.text().catch(() => ""));
  });

  await setUp(page, live.link, DANA);
  await go(page, "connections");
  await expect(cardOf(page, "Twilio")).toContainText("Not connected");

  // Nonsense is refused at its field, and the form stays.
  await connect(page, "Twilio", { "Account SID (needed)": "AC123" });
  await expect(page.getByRole("dialog")).toContainText("It begins with AC");
  await expectNoAxeFinding(page);
  await page.keyboard.press("Escape");

  await connect(page, "Twilio", {
    Address: v.twilio.base,
    "Account SID (needed)": v.twilio.account_sid,
    "Auth token (needed)": v.twilio.auth_token,
    "Our number": v.twilio.from,
  });
  await expect(cardOf(page, "Twilio")).toContainText(`ends in ${v.twilio.account_sid.slice(-4)}`);
  await expect(cardOf(page, "Twilio")).toContainText("by Dana Vale, 0 days old");

  const code = (c: { system: string; code: string }) => `${c.system}|${c.code}`;
  await connect(page, "Cerner", {
    "Address (needed)": v.cerner.base,
    "Client ID (needed)": v.cerner.client_id,
    "Client secret": v.cerner.client_secret,
    Performer: v.cerner.performer,
    "Code of notes": code(v.cerner.codes.note_type),
    "Code of minutes": code(v.cerner.codes.flowsheet),
  });
  await connect(page, "PagerDuty", {
    Address: v.pagerduty.base,
    "Routing key (needed)": v.pagerduty.routing_key,
    "REST API key": v.pagerduty.api_key,
    "Webhook secret": v.pagerduty.webhook_secret,
    "Escalation policy": v.pagerduty.escalation_policy,
    "Our user's email": v.pagerduty.from_email,
  });
  await connect(page, "Slack", { "Webhook address (needed)": v.slack.webhook_url });
  await connect(page, "EHR", { "Endpoint of requests": v.ehr.endpoint, "HL7 peer (MLLP)": v.ehr.mllp });
  await expect(cardOf(page, "EHR").getByRole("button", { name: /^Change/ })).toBeVisible();

  // Each test does what it says.
  await expect(await tested(page, "Cerner", "What it can do")).toHaveAttribute("data-state", /good|warning/);
  await expect(
    cardOf(page, "Cerner").getByRole("listitem").filter({ hasText: "DocumentReference.write" }),
  ).toContainText("granted");
  await expect(await tested(page, "Cerner", "Read a known patient", "1022228")).toContainText("works");
  await expect(await tested(page, "Twilio", "Text a number of ours", "+12025550180")).toContainText(
    "Delivered",
    {
      ignoreCase: true,
    },
  );
  await expect(await tested(page, "PagerDuty", "What it can do")).toContainText("Somebody is on call now");
  await expect(await tested(page, "PagerDuty", "Open and resolve an incident")).toContainText("is resolved");
  await expect(await tested(page, "Slack", "Post to the channel")).toContainText("works");
  await expect(await tested(page, "EHR", "Send a test message (MLLP)")).toContainText("works");
  await expectNoAxeFinding(page);

  // The form comes back without its secret; a wrong one is found out by the test, and says what to do.
  await connect(page, "Twilio", { "Auth token (needed)": "not-the-token" });
  const bad = await tested(page, "Twilio", "What it can do");
  await expect(bad).toContainText("refused the credentials");
  await expect(bad).toContainText("Copy the SID and the token");
  await connect(page, "Twilio", { "Auth token (needed)": v.twilio.auth_token });
  await expect(await tested(page, "Twilio", "What it can do")).not.toContainText("refused the credentials");

  // A new key for the hooks; the former is ended.
  const hooks = page.getByRole("region", { name: "Hooks", exact: true });
  await hooks.getByRole("button", { name: "New key" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make it" }).click();
  await expect(hooks).toContainText("The former key still works until");
  await expect(hooks).not.toContainText(live.hooks);
  await hooks.getByRole("button", { name: "End it now" }).click();
  await expect(hooks).not.toContainText("The former key still works until");

  // All of it is on the trail, and nothing that the screen was ever told holds a secret.
  await go(page, "audit");
  await page.getByLabel("Person").fill("Dana Vale");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  for (const said of ["twilio.auth_token: replaced", "slack.webhook_url: set", "slack test post: began"])
    await expect(page.getByText(said).first()).toBeVisible();
  const secrets = [
    v.cerner.client_secret,
    v.twilio.auth_token,
    v.pagerduty.routing_key,
    v.pagerduty.api_key,
    v.pagerduty.webhook_secret,
    new URL(v.slack.webhook_url).pathname,
  ];
  expect(answers.length).toBeGreaterThan(20);
  for (const secret of secrets) expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
  await servers.stop();
});
