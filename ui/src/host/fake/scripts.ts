// A few scripts with versions, looked at as the engine would in the cases that a screen shows.

import type { Commands } from "../../generated/Commands";
import type { ScriptCost } from "../../generated/ScriptCost";
import type { ScriptProblem } from "../../generated/ScriptProblem";
import type { ScriptVersionView } from "../../generated/ScriptVersionView";
import { segments } from "../../words/segments";
import { HostError } from "../host";
import { iso } from "./day";

type Names = "scripts" | "script" | "check_script" | "save_script" | "restore_script" | "try_script" | "recipes";
type Handlers = { [K in Names]: (args: Commands[K]["args"]) => Commands[K]["reply"] };

const QUESTION = "Reply YES or NO. Emergency: call 911.";
const PREGUNTA = "Responda SI o NO. Emergencia: llame al 911.";
const VISIT = ["greeting", "visit", "questions", "to_reschedule", "patient", "provider", "when", "location", "phone", "clinic"];
const CATALOGUE: [name: string, group: string, title: string, en: string, es: string, variables: string[]][] = [
  [
    "bp.high",
    "vitals",
    "Blood pressure, high",
    `Your blood pressure reading is {value}. Are you feeling lightheaded, chest pain or a change in vision? ${QUESTION}`,
    `Su presion arterial es {value}. Siente mareo, dolor de pecho o cambios en la vista? ${PREGUNTA}`,
    ["value", "unit", "clinic"],
  ],
  [
    "bp.low",
    "vitals",
    "Blood pressure, low",
    `Your blood pressure reading is {value}. Are you feeling faint, dizzy, confused or cold? ${QUESTION}`,
    `Su presion arterial es {value}. Siente debilidad, mareo, confusion o frio? ${PREGUNTA}`,
    ["value", "unit", "clinic"],
  ],
  [
    "glucose.high",
    "vitals",
    "Glucose, high",
    `Your glucose reading is {value}. Are you very thirsty, vomiting, confused or short of breath? ${QUESTION}`,
    `Su glucosa es {value}. Tiene mucha sed, vomito, confusion o falta de aire? ${PREGUNTA}`,
    ["value", "unit", "clinic"],
  ],
  [
    "glucose.low",
    "vitals",
    "Glucose, low",
    `Your glucose reading is {value}. Are you shaky, sweating, confused or faint? ${QUESTION}`,
    `Su glucosa es {value}. Siente temblor, sudor, confusion o desmayo? ${PREGUNTA}`,
    ["value", "unit", "clinic"],
  ],
  [
    "weight.high",
    "vitals",
    "Weight, high",
    `Your weight is {value} lb, up quickly. Are you short of breath, or are your legs or belly swollen? ${QUESTION}`,
    `Su peso es {value} lb y subio rapido. Tiene falta de aire o las piernas hinchadas? ${PREGUNTA}`,
    ["value", "unit", "clinic"],
  ],
  [
    "spo2.low",
    "vitals",
    "Oxygen saturation, low",
    `Your oxygen reading is {value}%. Are you short of breath, confused, or are your lips blue? ${QUESTION}`,
    `Su nivel de oxigeno es {value}%. Tiene falta de aire, confusion o labios azules? ${PREGUNTA}`,
    ["value", "unit", "clinic"],
  ],
  [
    "clarify",
    "vitals",
    "Asked again",
    `Sorry, we did not understand. Do you have those symptoms now? ${QUESTION}`,
    `No entendimos su respuesta. Tiene esos sintomas ahora? ${PREGUNTA}`,
    ["clinic"],
  ],
  [
    "visit.booked",
    "visits",
    "Booked",
    "{greeting} your {visit} is booked. Reply CANCEL APPT to cancel. {questions}",
    "{greeting} su {visit} esta reservada. Responda CANCELAR CITA para cancelar. {questions}",
    VISIT,
  ],
  [
    "visit.reminder",
    "visits",
    "Reminder",
    "{clinic}: reminder for {patient}: {visit}. Reply CONFIRM APPT to confirm or CANCEL APPT to cancel. {questions}",
    "{clinic}: recordatorio para {patient}: {visit}. Responda CONFIRMAR para confirmar o CANCELAR CITA para cancelar. {questions}",
    VISIT,
  ],
  [
    "visit.canceled",
    "visits",
    "Canceled",
    "{greeting} your {visit} is canceled. {to_reschedule}",
    "{greeting} su {visit} esta cancelada. {to_reschedule}",
    VISIT,
  ],
  [
    "check_in",
    "check_ins",
    "Check-in",
    "{first_name}, {clinic} asks: how have you been this week? Reply STOP to end these texts.",
    "{first_name}, {clinic} pregunta: como ha estado? Responda STOP para no recibir mas.",
    ["first_name", "clinic"],
  ],
];
const LABELS: Record<string, string> = {
  value: "the value",
  unit: "its unit",
  clinic: "the clinic",
  greeting: "clinic and patient",
  visit: "the whole visit",
  questions: "“Questions? Call …”",
  to_reschedule: "“To reschedule, call …”",
  patient: "the patient",
  provider: "the provider",
  when: "time and date",
  location: "the place",
  phone: "callback phone",
  first_name: "first name",
};
const SAMPLES = [
  { name: "ordinary", patient: "Ann Lee", label: "ordinary" },
  { name: "long", patient: "Maximiliana Josephine Featherstonehaugh-Montgomery", label: "long names and places" },
  { name: "accents", patient: "Zoë Núñez-O’Brien", label: "accents" },
];

function fill(text: string, patient: string): string {
  const values: Record<string, string> = {
    value: "312",
    unit: "mg/dL",
    clinic: "Pacific Primary Care",
    greeting: `Pacific Primary Care: ${patient},`,
    patient,
    first_name: patient.split(" ")[0] ?? "",
    visit: "appointment with Dr. Ray at 3:00 PM on Tuesday, March 10, 2026 at Main Clinic",
    questions: "Questions? Call +12025550199.",
    to_reschedule: "To reschedule, call +12025550199.",
    provider: "Dr. Ray",
    when: "3:00 PM on Tuesday, March 10, 2026",
    location: "Main Clinic",
    phone: "+12025550199",
  };
  return text.replace(/\{([a-z_]+)\}/g, (whole, name) => values[name] ?? whole).replace(/ +/g, " ");
}

function cost(text: string, sample: (typeof SAMPLES)[number]): ScriptCost {
  const size = segments(fill(text, sample.patient));
  const [single, joined] = size.encoding === "GSM-7" ? [160, 153] : [70, 67];
  const room = size.segments > 1 ? joined : single;
  return {
    sample: sample.name,
    encoding: size.encoding,
    characters: size.characters,
    places: size.characters,
    segments: Math.max(1, size.segments),
    room,
    left: size.left,
    last: room - size.left,
  };
}

function problems(text: string, variables: string[]): ScriptProblem[] {
  const found: ScriptProblem[] = [];
  for (const match of text.matchAll(/\{([a-z_]*)\}/g)) {
    if (!variables.includes(match[1] ?? "")) {
      found.push({
        level: "stop",
        code: "unknown_variable",
        at: match.index,
        length: match[0].length,
        said: `${match[0]} at character ${match.index + 1} is not known in this script: the patient would read it as it stands.`,
        to_do: "Choose one of the names below.",
        instead: null,
      });
    }
  }
  const trap = /\bCANCEL\b(?! APPT)/.exec(text);
  if (trap) {
    found.push({
      level: "warn",
      code: "opt_out_word",
      at: trap.index,
      length: 6,
      said: '"CANCEL" alone is an opt-out word. Twilio then blocks every text to this patient, symptom checks too, and whatever CANCEL was meant for does not happen.',
      to_do: "Ask for NO instead.",
      instead: "NO",
    });
  }
  return found;
}

export function scriptsHandlers(role: string): Handlers {
  const own = new Map<string, string>([
    ["glucose.high.en", `Your sugar is {value} {unit}. Are you very thirsty, vomiting or confused? ${QUESTION}`],
    ["bp.high.en", CATALOGUE[0]?.[3].replace("reading ", "") ?? ""],
    ["bp.high.es", CATALOGUE[0]?.[4].replace("arterial ", "") ?? ""],
  ]);
  let id = 3;
  const versions: (ScriptVersionView & { name: string })[] = [
    {
      id: 3,
      name: "glucose.high",
      tongue: "en",
      at: iso(Date.now() - 7_200_000),
      by: "Dr. Kim",
      why: "“sugar” is what our patients say",
      text: own.get("glucose.high.en") ?? "",
      current: true,
    },
    {
      id: 2,
      name: "glucose.high",
      tongue: "en",
      at: iso(Date.now() - 90_000_000),
      by: "Ada Stone",
      why: "shorter",
      text: `Glucose {value}. Very thirsty, vomiting, confused? ${QUESTION}`,
      current: false,
    },
  ];
  const find = (name: string) => CATALOGUE.find((one) => one[0] === name) ?? (CATALOGUE[0] as (typeof CATALOGUE)[number]);
  const save = (name: string, tongue: string, text: string | null, why: string) => {
    const key = `${name}.${tongue}`;
    if (text === null) own.delete(key);
    else own.set(key, text);
    id += 1;
    for (const version of versions) if (version.name === name && version.tongue === tongue) version.current = false;
    versions.unshift({ id, name, tongue, at: iso(Date.now()), by: "Ana Reyes", why, text, current: true });
    return { said: "Saved. The next patient reads it so.", undo: null };
  };
  return {
    scripts: () => ({
      scripts: CATALOGUE.map(([name, group, title, en, es, variables]) => ({
        name,
        group,
        title,
        texts: (["en", "es"] as const).map((tongue) => {
          const mine = own.get(`${name}.${tongue}`);
          const other = own.has(`${name}.${tongue === "en" ? "es" : "en"}`);
          const said = problems(mine ?? (tongue === "en" ? en : es), variables);
          return { tongue, own: mine !== undefined, changed: null, by: null, missing: other && mine === undefined, worst: said[0]?.level ?? null };
        }),
      })),
      samples: SAMPLES,
      internal_numbers: ["+12025550177"],
      may_change: ["clinician", "administrator"].includes(role),
    }),
    script: ({ name }) => {
      const [, group, title, en, es, variables] = find(name);
      return {
        name,
        group,
        title,
        when: "Asked after a reading beyond the limit. YES pages on call, NO goes to the nurse.",
        variables: variables.map((one) => ({ name: one, label: LABELS[one] ?? one })),
        texts: [
          { tongue: "en", own: own.get(`${name}.en`) ?? null, builtin: en },
          { tongue: "es", own: own.get(`${name}.es`) ?? null, builtin: es },
        ],
        versions: versions.filter((version) => version.name === name).map(({ name: _, ...version }) => version),
      };
    },
    check_script: ({ name, text, sample }) => {
      const chosen = SAMPLES.find((one) => one.name === sample) ?? (SAMPLES[0] as (typeof SAMPLES)[number]);
      return {
        problems: problems(text, find(name)[5]),
        body: fill(text, chosen.patient),
        cost: cost(text, chosen),
        costs: SAMPLES.map((one) => cost(text, one)),
      };
    },
    save_script: ({ name, tongue, text, why, despite }) => {
      const [worst] = problems(text, find(name)[5]);
      const field = !why.trim() ? "why" : worst && (worst.level === "stop" || !despite) ? "despite" : null;
      if (field) {
        throw new HostError({
          code: "invalid",
          title: "Please check one field",
          what_happened: field === "why" ? "This must not be empty." : (worst?.said ?? ""),
          what_to_do: "Correct it and save again.",
          retryable: false,
          field,
        });
      }
      return save(name, tongue, text, why);
    },
    restore_script: ({ name, tongue, version, why }) => save(name, tongue, versions.find((one) => one.id === version)?.text ?? null, why),
    recipes: ({ draft }) => {
      const stat = (draft.stat_table ?? [
        { what: "spo2", direction: "low", value: "88" },
        { what: "glucose", direction: "low", value: "55" },
        { what: "systolic", direction: "low", value: "80" },
      ]) as { what: string; direction: string; value: string }[];
      const urgency = (draft.urgency_table ?? [
        { vital: "bp", if_symptoms: true, word: "High" },
        { vital: "bp", if_symptoms: false, word: "Medium" },
        { vital: "glucose", below: "55", if_symptoms: false, word: "Critical" },
        { vital: "glucose", above: "400", if_symptoms: false, word: "High" },
        { vital: "glucose", if_symptoms: false, word: "Medium" },
      ]) as { vital: string; below?: string; above?: string; if_symptoms: boolean; word: string }[];
      const map = (draft.pagerduty_severity_map ?? { Critical: "critical", High: "error", Medium: "warning" }) as Record<string, string>;
      const line = (sentence: string) => ({ sentence, fault: null });
      return {
        stat_table: stat.map((rule) => ({
          ...rule,
          line: line(
            `${rule.what} ${rule.direction === "low" ? "below" : "above"} ${rule.value}: critical, whatever the patient's own limits say. Ask the patient and page at once.`,
          ),
        })),
        urgency_table: urgency.map((rule) => ({
          ...rule,
          below: rule.below ?? null,
          above: rule.above ?? null,
          line: line(`${rule.vital} ${rule.if_symptoms ? "with symptoms" : "otherwise"}: the page says "${rule.word}"; PagerDuty gets "${map[rule.word]}".`),
        })),
        severity_map: ["Critical", "High", "Medium"].map((word) => ({
          word,
          severity: map[word] ?? "error",
          line: line(`"${word}" reaches PagerDuty as "${map[word]}".`),
        })),
        reply_wait_minutes: 15,
        reply_wait: line("After a symptom check the patient has 15 minutes to answer; then on call is paged."),
        after_hours_policy: (draft.after_hours_policy as string) ?? "hold",
        after_hours: line("From 21:00 to 08:00 an abnormal reading waits until 08:00; the nurse sees it at once. Critical, oxygen and low glucose never wait."),
        refused: [],
      };
    },
    try_script: ({ number }) => ({ said: `On its way to ${number}, behind every text to a patient.`, undo: null }),
  };
}
