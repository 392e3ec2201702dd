import type { ReactNode } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { host } from "../host";
import { useWords } from "../i18n/useWords";
import { leave, lockDesk } from "../state/door";
import { goTo } from "../state/route";
import styles from "./Frame.module.css";
import menu from "./Menu.module.css";

/** Who is at the desk; signed in, it opens to lock, sign out and one's own password. */
export function Who({ children }: { children: ReactNode }) {
  const { t } = useWords();
  // The sandbox starts signed in: there is nothing to sign out of.
  if (!host().signIn.session) return <p className={styles.who}>{children}</p>;
  return (
    <MenuTrigger>
      <Button className={styles.who!}>{children}</Button>
      <Popover className={menu.popover!} placement="bottom right">
        <Menu className={menu.menu!} aria-label={t("door.menu")}>
          <MenuItem className={menu.item!} onAction={() => void lockDesk()}>
            {t("door.lock")}
          </MenuItem>
          <MenuItem className={menu.item!} onAction={() => goTo("people")}>
            {t("door.mine")}
          </MenuItem>
          <MenuItem className={menu.item!} onAction={() => void leave()}>
            {t("door.sign_out")}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
