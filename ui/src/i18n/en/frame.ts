// English: the frame around the screens.

export const frame = {
  sandbox: "SANDBOX",
  sandbox_words: "nothing leaves this computer",
  shadow: "SHADOW",
  shadow_words: "everything is judged, nothing is sent",
  critical_count_one: "{{count}} critical",
  critical_count_other: "{{count}} critical",
  abnormal_count_one: "{{count}} abnormal",
  abnormal_count_other: "{{count}} abnormal",
  info_count_one: "{{count}} info",
  info_count_other: "{{count}} info",
  read_only: "Read only",
  status: "State of the connections",
  on_call: "On call",
  nobody_on_call: "Nobody on call",
  on_call_unknown: "On call unknown",
  on_call_unasked: "On call not asked yet",
  queue: "queue {{count}}",
  oldest: "oldest {{age}}",
  built_in: "built in",
  freshest: "Last reading",
  freshest_none: "No reading yet",
  quarantined_one: "{{count}} in quarantine",
  quarantined_other: "{{count}} in quarantine",
  see: "See",
};

export const health = { ok: "ok", slow: "slow", failing: "failing", idle: "not used yet" };

export const link = {
  lost_title: "Connection lost",
  lost_words: "The screen shows how things were {{age}} ago. Alarms still sound from the engine.",
  lost_action: "Trying again",
  signed_out_title: "This link has expired",
  signed_out_words: "Open the console link that Careloop printed when it started.",
};

export const sound = {
  title: "Sound",
  quiet: "Sound on",
  sounding_critical: "Sounding: critical",
  sounding_abnormal: "Sounding: abnormal",
  sounding_link_lost: "Sounding: connection lost",
  muted: "Muted {{left}}",
  unavailable: "No sound device",
  unavailable_words: "This machine cannot sound. Keep the screen in view.",
  mute_for: "Mute for {{minutes}} min",
  unmute: "Unmute",
  test: "Play the critical pattern once",
  rule: "A new critical sounds even while muted.",
};

export const help = {
  title: "Keyboard",
  move: "Next, previous row",
  first: "First, last row",
  open: "Go to the details",
  back: "Back to the list",
  acknowledge: "Acknowledge",
  claim: "Claim",
  shelve: "Shelve, or take off the shelf",
  text: "Text the patient",
  page: "Page the clinician on call",
  note: "Write a note",
  call: "Log a call",
  dispositions: "Close: acted, watched, false alarm, wrong limit, device",
  undo: "Undo, for ten seconds",
  reveal: "Show new rows",
  find: "Find a patient",
  this: "This help",
  screens: "Worklist, Simulator, Connections",
  on_row: "On the chosen row",
  moving: "Moving",
  console: "Console",
  shapes: "Shapes",
  lamps: "Lamps",
};
