import { IconFileCertificate } from "@tabler/icons-react";
import { useState } from "react";
import { asUserError, call } from "../host";
import { useWords } from "../i18n/useWords";
import { queries } from "../state/queries";
import { say, sayError } from "../state/toasts";
import { Button } from "./Button";

/** Writes everything that is known of an episode into one file of the data folder, and says where it is. */
export function EvidenceButton({ row }: { row: string }) {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const write = async () => {
    setBusy(true);
    try {
      const file = await call("evidence", { id: row });
      say(t("evidence.written", { path: file.path }));
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    setBusy(false);
    void queries.invalidateQueries({ queryKey: ["exports"] });
  };
  return (
    <Button
      size="small"
      icon={<IconFileCertificate size={16} aria-hidden="true" />}
      isDisabled={busy}
      onPress={() => void write()}
      title={t("evidence.words")}
    >
      {t("evidence.write")}
    </Button>
  );
}
