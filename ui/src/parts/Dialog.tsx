import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useWords } from "../i18n/useWords";
import { Button } from "./Button";
import styles from "./Dialog.module.css";

interface Props {
  title: string;
  /** Who it is about: always two identifiers when it is about a patient. */
  about?: ReactNode;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
}

/** A dialog over the screen; Escape leaves it and focus goes back to where it was. */
export function Dialog({ title, about, onClose, children, wide }: Props) {
  const { t } = useWords();
  return (
    <ModalOverlay
      className={styles.veil!}
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={styles.modal!} data-wide={wide || undefined}>
        <AriaDialog className={styles.dialog!}>
          <header className={styles.head}>
            <div className={styles.titles}>
              <Heading slot="title" className={styles.title!}>
                {title}
              </Heading>
              {about && <div className={styles.about}>{about}</div>}
            </div>
            <Button
              tone="quiet"
              size="small"
              iconOnly
              icon={<IconX size={16} aria-hidden="true" />}
              onPress={onClose}
            >
              {t("act.cancel")}
            </Button>
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The row of buttons at a dialog's foot. */
export function DialogFoot({ children, note }: { children: ReactNode; note?: ReactNode }) {
  return (
    <footer className={styles.foot}>
      <span className={styles.note}>{note}</span>
      <span className={styles.buttons}>{children}</span>
    </footer>
  );
}
