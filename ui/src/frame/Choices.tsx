import { IconContrast2, IconLanguage } from "@tabler/icons-react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { LANGUAGES, type Language } from "../i18n";
import { useWords } from "../i18n/useWords";
import { prefer, THEMES, type Theme, usePreferences } from "../state/preferences";
import styles from "./Frame.module.css";
import menu from "./Menu.module.css";

/** Appearance and language. */
export function Choices() {
  const { t } = useWords();
  const { theme, language } = usePreferences();
  return (
    <>
      <MenuTrigger>
        <Button className={styles.choice!} aria-label={t("nav.theme")}>
          <IconContrast2 size={18} stroke={1.6} aria-hidden="true" />
        </Button>
        <Popover className={menu.popover!} placement="bottom right">
          <Menu
            className={menu.menu!}
            aria-label={t("nav.theme")}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onAction={(key) => prefer({ theme: key as Theme })}
          >
            {THEMES.map((choice) => (
              <MenuItem key={choice} id={choice} className={menu.item!}>
                {t(`theme.${choice}`)}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      <MenuTrigger>
        <Button className={styles.choice!} aria-label={t("nav.language")}>
          <IconLanguage size={18} stroke={1.6} aria-hidden="true" />
        </Button>
        <Popover className={menu.popover!} placement="bottom right">
          <Menu
            className={menu.menu!}
            aria-label={t("nav.language")}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[language]}
            onAction={(key) => prefer({ language: key as Language })}
          >
            {LANGUAGES.map((choice) => (
              <MenuItem key={choice} id={choice} className={menu.item!}>
                {t(`language.${choice}`)}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}
