// The last steps: a word about a requirement, going live, going back.

import { useState } from "react";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { TextField } from "../../parts/Field";
import { Form } from "./Form";
import { useSend } from "./useSend";

const SHORTEST_REASON = 10;

interface Props {
  workflows: string[];
  onClose: () => void;
}

export function Word({ how, need, workflows, onClose }: Props & { how: "proof" | "override"; need: string }) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const [why, setWhy] = useState("");
  const proof = how === "proof";
  return (
    <Form
      title={t(proof ? "gate.prove_title" : "gate.waive_title")}
      about={t(`gate.need_${need as "shadow_days"}`)}
      words={t(proof ? "gate.prove_words" : "gate.waive_words")}
      verb={t(proof ? "gate.prove" : "gate.waive")}
      ready={why.trim().length >= SHORTEST_REASON}
      fields={["why"]}
      sending={sending}
      onSend={() => void sending.send(() => call("gate_note", { need, workflows, how, why }))}
      onClose={onClose}
    >
      <TextField
        label={t(proof ? "gate.proof" : "gate.why")}
        value={why}
        onChange={setWhy}
        rows={3}
        autoFocus
        error={sending.fieldError("why")}
      />
    </Form>
  );
}

export function GoLive({ workflows, onClose }: Props) {
  const { t, word } = useWords();
  const sending = useSend(onClose);
  const what = workflows.map((w) => word("workflow", w).toLowerCase()).join(", ");
  return (
    <Form
      title={t("gate.go_title")}
      words={t("gate.go_words", { what })}
      verb={t("gate.go")}
      fields={[]}
      sending={sending}
      onSend={() => void sending.send(() => call("go_live", { workflows }))}
      onClose={onClose}
    />
  );
}

export function GoBack({ workflows, onClose }: Props) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const [why, setWhy] = useState("");
  return (
    <Form
      title={t("gate.back_title")}
      words={t("gate.back_words")}
      verb={t("gate.back")}
      tone="danger"
      ready={why.trim().length >= SHORTEST_REASON}
      fields={["why"]}
      sending={sending}
      onSend={() => void sending.send(() => call("back_to_shadow", { workflows, why }))}
      onClose={onClose}
    >
      <TextField
        label={t("gate.why")}
        value={why}
        onChange={setWhy}
        rows={3}
        autoFocus
        error={sending.fieldError("why")}
      />
    </Form>
  );
}
