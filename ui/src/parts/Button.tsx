import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps } from "react-aria-components";
import styles from "./Button.module.css";

export type Tone = "primary" | "plain" | "quiet" | "danger";

interface Props extends Omit<ButtonProps, "children" | "className"> {
  tone?: Tone;
  icon?: ReactNode;
  /** The letter key that does the same. */
  keyHint?: string;
  size?: "small" | "normal";
  /** The icon alone; the label is still said. */
  iconOnly?: boolean;
  children: ReactNode;
  title?: string;
}

/** A verb to press. */
export function Button({
  tone = "plain",
  icon,
  keyHint,
  size = "normal",
  iconOnly,
  children,
  title,
  ...rest
}: Props) {
  const button = (
    <AriaButton
      {...rest}
      {...(iconOnly && typeof children === "string" ? { "aria-label": children } : {})}
      className={styles.button!}
      data-tone={tone}
      data-size={size}
      data-icon-only={iconOnly || undefined}
    >
      {icon}
      {!iconOnly && <span className={styles.label}>{children}</span>}
      {keyHint && <Key>{keyHint}</Key>}
    </AriaButton>
  );
  return title ? (
    <span className={styles.titled} title={title}>
      {button}
    </span>
  ) : (
    button
  );
}

/** A key, drawn as a key. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <span className={styles.key} aria-hidden="true">
      {children}
    </span>
  );
}
