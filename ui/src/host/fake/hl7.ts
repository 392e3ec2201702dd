// A site map that can be typed, and one message that it reads.

import type { Commands } from "../../generated/Commands";
import { HostError } from "../host";

type Hl7 = "hl7_map" | "hl7_preview" | "hl7_map_save";
type Handlers = { [K in Hl7]: (args: Commands[K]["args"]) => Commands[K]["reply"] };
type Entries = Commands["hl7_map_save"]["args"]["fields"];

const STANDARD = [
  ["appointment_id", "word", "SCH-2"],
  ["times", "places", "TQ1-7, AIS-4, AIL-6, AIP-6, SCH-11.4"],
  ["time_zone", "word", "America/New_York"],
  ["zones", "pairs", "-"],
  ["patient_id_type", "word", "MR"],
  ["patient_id_authority", "word", ""],
  ["default_country", "word", "US"],
  ["provider", "places", "AIP-3"],
  ["callback_phones", "places", "SCH-13, SCH-17"],
  ["callback_phone", "word", ""],
  ["location_phones", "pairs", "-"],
  ["location", "places", "AIL-3"],
  ["locations", "pairs", "-"],
  ["service", "places", "AIS-3, SCH-8"],
  ["status", "places", "SCH-25, SCH-6"],
  ["statuses", "pairs", "CONFIRM = CONFIRMED\nCONFIRMED = CONFIRMED"],
] as const;

export function hl7Handlers(): Handlers {
  let typed = new Map<string, string>();
  const of = (entries: Entries, name: string) => entries.find((entry) => entry.name === name)?.value.trim() ?? "";
  const trouble = (entries: Entries) => {
    const place = of(entries, "appointment_id");
    const good = place === "" || /^[A-Z][A-Z0-9]{2}-[0-9]+([.][0-9]+)?$/.test(place);
    return good ? null : { field: "appointment_id", said: `A place in a message is written like SCH-2 or SCH-11.4: ${place}` };
  };
  const blank = { map: null, refused: null, answer: null, values: [], conflict: null, phone_problem: null, test: false };
  return {
    hl7_map: () => ({
      fields: STANDARD.map(([name, kind, standard]) => ({ name, kind, standard, value: typed.get(name) ?? "" })),
    }),
    hl7_preview: ({ fields, message }) => {
      const map = trouble(fields);
      if (map || message.trim() === "") return { ...blank, map };
      if (!message.trimStart().startsWith("MSH")) {
        const said = "The message does not begin with MSH. Send one HL7 v2 message.";
        return { ...blank, refused: { field: "MSH", said }, answer: "AE" };
      }
      const place = of(fields, "appointment_id") || "SCH-2";
      const segment = message.split(/[\r\n]+/).find((line) => line.startsWith(place.slice(0, 3)));
      const value = segment?.split("|")[Number(/-([0-9]+)/.exec(place)?.[1])]?.split("^")[0] ?? "";
      if (value === "") {
        const said = `${place} is missing: the EHR's own number of the appointment.`;
        return { ...blank, refused: { field: place, said }, answer: "AE" };
      }
      return { ...blank, values: [{ name: "appointment_id", value, place }] };
    },
    hl7_map_save: ({ fields }) => {
      const wrong = trouble(fields);
      if (wrong)
        throw new HostError({
          code: "invalid",
          title: "Please check one field",
          what_happened: wrong.said,
          what_to_do: "Correct it and save again.",
          retryable: false,
          field: wrong.field,
        });
      typed = new Map(fields.map(({ name, value }) => [name, value]));
      return { said: "Saved. The next message is read so.", undo: null };
    },
  };
}
