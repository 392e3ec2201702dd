// How the vendors of the made-up day are connected. Development only.

import type { FieldView } from "../../generated/FieldView";
import type { ScopeView } from "../../generated/ScopeView";
import type { SetUpView } from "../../generated/SetUpView";
import type { TestView } from "../../generated/TestView";
import type { VendorSetUp } from "../../generated/VendorSetUp";
import { iso } from "./day";

const DAY = 86_400_000;

function plain(name: string, kind: string, value: string | null, needed = false): FieldView {
  const sid = kind === "sid" && value !== null;
  return {
    name,
    kind,
    needed,
    otherwise: name === "base" && !needed ? "https://api.vendor.example" : null,
    value: sid ? null : value,
    set: value !== null,
    ends_in: sid ? value.slice(-4) : null,
    set_at: null,
    set_by: null,
    days: null,
    overdue: false,
  };
}

function secret(name: string, days: number | null, needed = false, kind = "secret"): FieldView {
  return {
    ...plain(name, kind, null, needed),
    set: days !== null,
    set_at: days === null ? null : iso(Date.now() - days * DAY),
    set_by: days === null ? null : "Dana Vale",
    days,
    overdue: days !== null && days >= 90,
  };
}

function test(name: string, asks: string | null, state: string, lines: TestView["lines"] = []): TestView {
  const ran = state !== "never";
  return {
    test: name,
    asks,
    state,
    at: ran ? iso(Date.now() - 3 * DAY) : null,
    by: ran ? "Dana Vale" : null,
    took_ms: ran ? 412 : null,
    lines,
    what_to_do: state === "bad" ? "Ask the vendor's administrator for the missing permission, then test again." : null,
  };
}

function vendor(name: string, label: string, fields: FieldView[], rest: Partial<VendorSetUp> = {}): VendorSetUp {
  const days = fields.flatMap((field) => (field.days === null ? [] : [field.days]));
  return {
    vendor: name,
    label,
    from: "desk",
    fields,
    oldest_days: days.length > 0 ? Math.max(...days) : null,
    overdue: fields.some((field) => field.overdue),
    tests: [],
    scopes: [],
    coverage:
      name === "pagerduty"
        ? {
            checked_at: iso(Date.now()),
            failed: false,
            until: iso(Date.now() + 7 * DAY),
            holes: [{ from: iso(Date.now() + 2 * DAY), to: iso(Date.now() + 2.5 * DAY) }],
          }
        : null,
    ...rest,
  };
}

const granted: ScopeView[] = [
  { name: "Observation.read", state: "granted" },
  { name: "Observation.write", state: "granted" },
  { name: "Patient.read", state: "granted" },
  { name: "DocumentReference.read", state: "granted" },
  { name: "DocumentReference.write", state: "missing" },
  { name: "Appointment.read", state: "not_asked" },
];

export function connect(role: string) {
  const view = (): SetUpView => ({
    now: iso(Date.now()),
    may_change: role === "administrator",
    why_not: null,
    home: "the keyring of this desk",
    review_days: 90,
    vendors: [
      vendor(
        "cerner",
        "Cerner",
        [
          plain("base", "address", "https://fhir-ehr-code.cerner.com/r4/ec2458f2", true),
          plain("client_id", "text", "5b2f7c1e-8a44", true),
          secret("client_secret", 12),
          secret("private_key_pem", null, false, "pem"),
          plain("key_id", "text", null),
          plain("alg", "algorithm", null),
          plain("performer", "text", "Practitioner/593923"),
          plain("mrn_system", "text", "urn:oid:2.16.840.1.113883.6.1000"),
          plain("note_type", "code", "34109-9"),
          plain("opt_out_type", "code", null),
          plain("flowsheet", "code", null),
        ],
        {
          scopes: granted,
          tests: [
            test("look", null, "bad", [
              { what: "credentials", verdict: "good", said: "The chart gives us a token." },
              { what: "scopes", verdict: "bad", said: "Not granted: DocumentReference.write" },
            ]),
            test("patient", "mrn", "never"),
          ],
        },
      ),
      vendor(
        "twilio",
        "Twilio",
        [
          plain("base", "address", null),
          plain("account_sid", "sid", "AC5a0d6b3e9c7f41828d1e4b6a90c3f752", true),
          secret("auth_token", 97, true),
          secret("former_auth_token", null),
          plain("from", "phone", "+12025550100"),
          plain("messaging_service_sid", "sid", null),
          plain("api_key_sid", "sid", null),
          secret("api_key_secret", null),
        ],
        {
          tests: [
            test("look", null, "good", [{ what: "credentials", verdict: "good", said: "Twilio takes the credentials." }]),
            test("text", "phone", "running", [{ what: "text", verdict: "running", said: "Waiting for the delivery report." }]),
          ],
        },
      ),
      vendor(
        "pagerduty",
        "PagerDuty",
        [
          plain("base", "address", null),
          plain("events_base", "address", null),
          secret("routing_key", 12, true),
          secret("second_routing_key", null),
          secret("api_key", 12),
          secret("webhook_secret", 12),
          secret("former_webhook_secret", null),
          plain("escalation_policy", "text", "PESCPOL"),
          plain("from_email", "email", "console@clinic.example"),
        ],
        {
          tests: [
            test("look", null, "warning", [
              { what: "on call", verdict: "good", said: "Somebody is on call now." },
              { what: "urgency", verdict: "warning", said: "An event of severity warning would page nobody." },
            ]),
            test("incident", null, "never"),
          ],
        },
      ),
      vendor("slack", "Slack", [secret("webhook_url", null, true)], { from: "none", tests: [test("post", null, "never")] }),
      vendor(
        "ehr",
        "EHR",
        [
          plain("endpoint", "address", "https://ehr.clinic.example/appointment-requests"),
          plain("mllp", "peer", "ehr.clinic.example:2575"),
          plain("application", "text", null),
          plain("facility", "text", null),
        ],
        { tests: [test("endpoint", null, "never"), test("echo", null, "never")] },
      ),
    ],
    hooks_key: { former_until: iso(Date.now() + DAY / 2), former_used_at: iso(Date.now() - 240_000), made_at: iso(Date.now() - DAY / 2) },
  });
  const done = (said: string) => ({ said, undo: null });
  return {
    connection_set_up: view,
    connect_vendor: () => done("It is set up. It counts from now on; test it."),
    test_connection: () => done("The test runs."),
    new_hooks_key: () => done("There is a new key. Give the new addresses to every sender within 24 h."),
    end_former_hooks_key: () => done("The former key opens nothing any more."),
    disconnect_vendor: () => done("It is not connected any more; what is owed to it waits."),
  };
}
