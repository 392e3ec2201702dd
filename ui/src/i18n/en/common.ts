// English: said on every screen.

export const app = { name: "Careloop", loading: "Opening the console" };

export const nav = {
  screens: "Screens",
  worklist: "Worklist",
  visits: "Visits",
  patients: "Patients",
  simulator: "Simulator",
  connections: "Connections",
  messages: "Messages",
  people: "People",
  runbook: "Runbook",
  audit: "Audit",
  checkins: "Check-ins",
  scripts: "Scripts",
  shadow: "Shadow",
  settings: "Settings",
  minutes: "Minutes",
  measures: "Measures",
  theme: "Appearance",
  language: "Language",
  help: "Keyboard help",
  skip: "Skip to the list",
};

export const theme = { system: "As the system", dark: "Dark", light: "Light", contrast: "High contrast" };

export const language = { en: "English", es: "Español" };

export const role = {
  nurse: "RN",
  clinician: "Clinician",
  administrator: "Administrator",
  auditor: "Auditor",
};

export const severity = { critical: "Critical", abnormal: "Abnormal", info: "Info" };

export const vital = {
  bp: "Blood pressure",
  glucose: "Glucose",
  weight: "Weight",
  spo2: "Oxygen",
  heart_rate: "Heart rate",
  none: "Task",
};

export const status = {
  owed: "waiting to go",
  sending: "sending",
  sent: "sent",
  delivered: "delivered",
  failed: "failed",
  undelivered: "not delivered",
  withheld: "not sent",
  held: "held",
  would_send: "would have been sent",
  queued: "queued",
  proven: "proven",
  acknowledged: "acknowledged",
  resolved: "resolved",
  done: "read back",
  blocked: "blocked",
  unknown: "being looked up",
  triggered: "triggered",
  received: "received",
  active: "active",
  paused: "paused",
  admitted: "admitted",
  ended: "care ended",
  deceased: "deceased",
};

export const purpose = {
  symptom_check: "symptom check",
  clarify: "clarifying text",
  reply: "reply",
  nurse: "from the nurse",
  help: "help text",
  check_in: "check-in",
  backup: "backup text",
  script_test: "script tried",
  reviewed: "Reading marked reviewed",
  note: "Clinician's note",
  flowsheet: "Minutes on the flowsheet",
  booked: "booking",
  rescheduled: "new time",
  modified: "change",
  confirmed: "confirmation",
  canceled: "cancellation",
  noshowed: "missed visit",
  reminder_1: "first reminder",
  reminder_2: "second reminder",
  opt_out: "Opt-out note",
  reading: "Reading",
};

export const state = {
  open: "open",
  held: "held for quiet hours",
  answered_no: "answered: no symptoms",
  paged: "clinician paged",
  acknowledged: "acknowledged",
  back_to_normal: "back to normal",
  shelved: "shelved",
  nurse_review: "nurse review",
  closed: "closed",
  charted: "charted",
  task: "task",
};

export const disposition = {
  acted: "Acted",
  watched: "Watched",
  false_alarm: "False alarm",
  wrong_limit: "Wrong limit",
  device: "Device",
  acted_words: "something was done for the patient",
  watched_words: "real, nothing needed doing",
  false_alarm_words: "the reading was not true",
  wrong_limit_words: "the limit does not fit this patient",
  device_words: "the device needs attention",
};

export const chart = {
  label: "Trend of {{vital}}, {{count}} readings. Use the arrow keys to read them.",
  empty: "No reading to draw yet.",
  within: "within limits",
  beyond: "beyond the limit",
  hollow: "late or withdrawn",
  text: "Text",
  reply: "Reply",
  page: "Page",
  note: "Note",
};

export const error = {
  unreachable_title: "No answer from the console's engine",
  unreachable_what: "The screen could not reach the engine on this computer.",
  unreachable_do:
    "The screen keeps trying. If this lasts, start Careloop again; nothing that was saved is lost.",
  retry: "Try again",
  broken_title: "This screen stopped working",
  broken_words: "The engine goes on: alarms, texts and pages are not affected.",
  reload: "Reload the screen",
};

export const time = { now: "now", ago: "{{age}} ago" };
