import type { TallyRow } from "../../generated/TallyRow";
import { useWords } from "../../i18n/useWords";
import styles from "./Bars.module.css";

const PARTS = ["agreed", "extra", "missed", "unjudged"] as const;
type Part = (typeof PARTS)[number];

function count(row: TallyRow, part: Part): number {
  return part === "unjudged" ? row.tally.raised - row.tally.judged : row.tally[part];
}

/** A stacked bar a day: agreed, extra, missed and not judged yet, each told apart by pattern as well as by shade. */
export function Bars({
  rows,
  label,
  nameOf,
}: {
  rows: TallyRow[];
  label: string;
  nameOf: (row: TallyRow) => string;
}) {
  const { t } = useWords();
  const shown = rows.slice(-31);
  const most = Math.max(1, ...shown.map((row) => row.tally.raised + row.tally.missed));
  return (
    <figure className={styles.figure}>
      <figcaption>
        <span className={styles.title}>{label}</span>
        {PARTS.map((part) => (
          <span key={part} className={styles.key}>
            <i data-part={part} aria-hidden="true" />
            {t(`shadow.${part}`)}
          </span>
        ))}
      </figcaption>
      <ol className={styles.bars}>
        {shown.map((row) => {
          const said = PARTS.map((part) => `${count(row, part)} ${t(`shadow.${part}`)}`).join(", ");
          return (
            <li key={row.id} title={`${nameOf(row)}: ${said}`}>
              <span className="visually-hidden">{`${nameOf(row)}: ${said}`}</span>
              <span className={styles.stack} aria-hidden="true">
                {PARTS.map((part) => {
                  const n = count(row, part);
                  return n > 0 ? (
                    <i key={part} data-part={part} style={{ height: `${(n / most) * 100}%` }} />
                  ) : null;
                })}
              </span>
              <span className={styles.day} aria-hidden="true">
                {nameOf(row)}
              </span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}
