// English: Runbook, and the evidence of an episode.

export const runbook = {
  title: "Runbook",
  words:
    "The last 50 incidents: which way each took at every decision, and on what data. Opening one is on the audit trail.",
  list: "Incidents, newest first",
  none: "No incident yet",
  none_words:
    "When a reading goes beyond a limit, what was decided about it can be followed here step by step.",
  choose: "Choose an incident",
  choose_words: "Its steps are then replayed one by one, each with the data of that moment.",
  shadow: "shadow",
  replay_of: "Replay of {{case}}",
  to_worklist: "open the row",
  no_steps: "The trail keeps no line about this incident any more.",
  player: "Replay",
  play: "Play",
  pause: "Pause",
  previous: "Previous step",
  next: "Next step",
  place: "Step {{step}} of {{count}}",
  keys: "Arrow keys step, Space plays and pauses, Home and End go to the ends.",
  path: "Decisions and the branch taken at each",
  place_now: ", taken in this step",
  place_taken: ", taken before",
  place_later: ", taken later",
  all: "All steps",
  data: "What was known",
  local: "{{time}} for the patient ({{zone}})",
  recorded: "As recorded: line {{seq}} of the chain",
};

export const evidence = {
  write: "Evidence file",
  words:
    "One file with everything that was known, decided, sent and seen, to print or to check against the chain.",
  written: "Written: {{path}}",
  replay: "Replay it in the Runbook",
};
