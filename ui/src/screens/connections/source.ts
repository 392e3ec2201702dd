const NAMES: Record<string, string> = {
  fhir: "FHIR",
  twilio_inbound: "Twilio",
  twilio_status: "Twilio",
  pagerduty: "PagerDuty",
  ehr: "EHR",
  hl7: "HL7",
};

/** A source as people call it; a code without a name is shown with its underscores opened. */
export function sourceName(code: string): string {
  return NAMES[code] ?? code.replaceAll("_", " ");
}
