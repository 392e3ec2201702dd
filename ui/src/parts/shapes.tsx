// Severity as shape and word: a filled octagon, triangle or circle; the colour only repeats it.

import type { SeverityView } from "../generated/SeverityView";
import styles from "./shapes.module.css";

const PATHS: Record<SeverityView, string> = {
  critical: "M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z",
  abnormal: "M8 1.9 15 14H1z",
  info: "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2z",
};

interface Props {
  severity: SeverityView;
  /** Filled and coloured while it needs a person; a grey outline once someone is on it. */
  alarming: boolean;
  size?: number;
}

export function Shape({ severity, alarming, size = 16 }: Props) {
  return (
    <svg
      className={styles.shape}
      data-severity={severity}
      data-alarming={alarming || undefined}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[severity]} strokeLinejoin="round" />
      {alarming && severity === "critical" && <path className={styles.glyph} d="M8 4.4v4.4M8 11v.6" />}
      {alarming && severity === "abnormal" && <path className={styles.glyph} d="M8 6.2v3.6M8 11.8v.4" />}
      {alarming && severity === "info" && <path className={styles.glyph} d="M8 7.6v3.4M8 5v.4" />}
    </svg>
  );
}
