// The page of a screen: its heading, cards, and the two columns that most screens have.

import { type ReactNode, useId } from "react";
import styles from "./Screen.module.css";

/** A scrolling screen: what it is in a word, in a sentence, and what can be done on all of it. */
export function Screen({
  title,
  words,
  actions,
  children,
}: {
  title: string;
  words?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {words && <p>{words}</p>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** One matter on a screen, with its heading and what can be done about it. */
export function Card({
  title,
  words,
  actions,
  children,
}: {
  title?: string;
  /** A sentence under the heading. */
  words?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  const heading = useId();
  return (
    <section className={styles.card} aria-labelledby={title ? heading : undefined}>
      {title && (
        <header>
          <h2 id={heading}>{title}</h2>
          {actions}
        </header>
      )}
      {words && <p className={styles.words}>{words}</p>}
      {children}
    </section>
  );
}

/** The matter itself on the left, what belongs beside it on the right; one under the other where it is narrow. */
export function Columns({ children, side }: { children: ReactNode; side?: ReactNode }) {
  return (
    <div className={styles.columns} data-alone={!side || undefined}>
      <div className={styles.stack}>{children}</div>
      {side && <div className={styles.stack}>{side}</div>}
    </div>
  );
}
