// What the simulator offers for each vital: units, and readings on each side of the usual limits.

export const VITALS = ["bp", "glucose", "weight", "spo2", "heart_rate"] as const;
export type Vital = (typeof VITALS)[number];

export interface Draft {
  vital: Vital;
  systolic: number;
  diastolic: number;
  value: number;
  /** A UCUM code; empty = the unit it is kept in. */
  unit: string;
  minutesAgo: number;
}

export const UNITS: Record<Vital, { code: string; label: string }[]> = {
  bp: [{ code: "", label: "mmHg" }],
  glucose: [
    { code: "", label: "mg/dL" },
    { code: "mmol/L", label: "mmol/L" },
  ],
  weight: [
    { code: "", label: "lb" },
    { code: "kg", label: "kg" },
    { code: "[stone_av]", label: "stone" },
  ],
  spo2: [{ code: "", label: "%" }],
  heart_rate: [{ code: "", label: "/min" }],
};

export type Preset = "normal" | "abnormal" | "critical";

const one = (value: number) => ({ value, systolic: 0, diastolic: 0 });
const two = (systolic: number, diastolic: number) => ({ value: 0, systolic, diastolic });

export const PRESETS: Record<
  Vital,
  Partial<Record<Preset, { value: number; systolic: number; diastolic: number }>>
> = {
  bp: { normal: two(128, 78), abnormal: two(168, 96), critical: two(196, 104) },
  glucose: { normal: one(142), abnormal: one(318), critical: one(52) },
  weight: { normal: one(180), abnormal: one(183.2), critical: one(184.4) },
  spo2: { normal: one(96), abnormal: one(89), critical: one(86) },
  heart_rate: { normal: one(72) },
};

export function draftOf(vital: Vital, preset: Preset = "normal"): Draft {
  const values =
    PRESETS[vital][preset] ??
    (PRESETS[vital].normal as { value: number; systolic: number; diastolic: number });
  return { vital, ...values, unit: "", minutesAgo: 0 };
}
