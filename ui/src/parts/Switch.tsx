import type { ReactNode } from "react";
import { Switch as AriaSwitch } from "react-aria-components";
import styles from "./Switch.module.css";

interface Props {
  isSelected: boolean;
  onChange: (selected: boolean) => void;
  /** The knob at the far end of its line, the words at the near one. */
  spread?: boolean;
  children: ReactNode;
  "data-testid"?: string;
}

/** Something that is on or off and takes effect at once. */
export function Switch({ isSelected, onChange, spread, children, "data-testid": testId }: Props) {
  return (
    <AriaSwitch
      className={styles.switch!}
      isSelected={isSelected}
      onChange={onChange}
      data-spread={spread || undefined}
      data-testid={testId}
    >
      {spread && <span>{children}</span>}
      <span className={styles.knob} />
      {!spread && <span>{children}</span>}
    </AriaSwitch>
  );
}
