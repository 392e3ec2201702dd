// Times as a nurse says them: relative first, exact on focus.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "now", "12 s", "4 min", "2 h 5 min", "3 d". Units read the same in English and Spanish. */
export function age(ms: number, nowWord: string): string {
  if (ms < 5 * SECOND) return nowWord;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) {
    const hours = Math.floor(ms / HOUR);
    const minutes = Math.floor((ms % HOUR) / MINUTE);
    return minutes === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes} min`;
  }
  return `${Math.floor(ms / DAY)} d`;
}

/** "4:12", "1:04:12", "2 d 3 h": what is left until an instant. Below zero it counts up: "+0:32". */
export function countdown(ms: number): string {
  // A countdown shows the second that has begun; 0:00 is reached at the instant itself.
  const late = ms < 0;
  const seconds = late ? Math.floor(-ms / SECOND) : Math.ceil(ms / SECOND);
  const sign = late ? "+" : "";
  if (seconds >= 86_400) {
    return `${sign}${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3_600)} h`;
  }
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return `${sign}${hours}:${two(minutes)}:${two(seconds % 60)}`;
  return `${sign}${minutes}:${two(seconds % 60)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language === "es" ? "es-US" : "en-US", options);
    formats.set(key, found);
  }
  return found;
}

/** "2:14:05 PM" today, with the date on other days. */
export function exact(at: string | number, language: string, now: number = Date.now()): string {
  const date = new Date(at);
  const sameDay = new Date(now).toDateString() === date.toDateString();
  return format(
    language,
    sameDay
      ? { hour: "numeric", minute: "2-digit", second: "2-digit" }
      : { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" },
  ).format(date);
}

/** "2:14 PM". */
export function clockTime(at: string | number, language: string): string {
  return format(language, { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** "2:14" with the day before it when it is not today: for chart axes and threads. */
export function shortTime(at: string | number, language: string, now: number = Date.now()): string {
  const date = new Date(at);
  if (new Date(now).toDateString() === date.toDateString()) return clockTime(at, language);
  return format(language, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }).format(
    date,
  );
}

/** "Mar 5". */
export function dayName(at: string | number, language: string): string {
  return format(language, { month: "short", day: "numeric" }).format(new Date(at));
}

/** A birth date "1958-03-02" as "Mar 2, 1958"; anything else is shown as it came. */
export function birthDate(iso: string, language: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!parts) return iso;
  return format(language, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" }).format(
    new Date(`${iso}T00:00:00Z`),
  );
}
