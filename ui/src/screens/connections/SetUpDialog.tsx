// The form of one vendor: what is set is kept unless something else is typed; no secret ever comes back to it.

import { type FormEvent, useState } from "react";
import type { FieldView } from "../../generated/FieldView";
import type { VendorSetUp } from "../../generated/VendorSetUp";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { useAsk } from "../door/useAsk";
import styles from "./VendorCard.module.css";

type FieldName = keyof typeof import("../../i18n/en/connect").connect.field;

interface Props {
  vendor: VendorSetUp;
  home: string;
  onClose: (said?: string) => void;
}

export function SetUpDialog({ vendor, home, onClose }: Props) {
  const { t } = useWords();
  const ask = useAsk();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const type = (name: string, value: string | undefined) => {
    ask.forget();
    setTyped((before) => {
      const { [name]: _, ...rest } = before;
      return value === undefined ? rest : { ...rest, [name]: value };
    });
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const done = await ask.ask("connect_vendor", { vendor: vendor.vendor, fields: typed });
    if (done) onClose(done.said);
  };
  return (
    <Dialog
      wide
      title={t("connect.set_up_title", { vendor: vendor.label })}
      about={t("connect.kept_in", { home })}
      onClose={() => onClose()}
    >
      <form className={styles.form} onSubmit={(event) => void send(event)} autoComplete="off">
        <div className={styles.fields}>
          {vendor.fields.map((field, index) => (
            <One
              key={field.name}
              vendor={vendor.vendor}
              field={field}
              typed={typed[field.name]}
              error={ask.at(field.name)}
              first={index === 0}
              onType={(value) => type(field.name, value)}
            />
          ))}
        </div>
        <Refused error={ask.error} />
        <DialogFoot>
          <Button onPress={() => onClose()}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={ask.busy || Object.keys(typed).length === 0}>
            {t("connect.save")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

interface OneProps {
  vendor: string;
  field: FieldView;
  /** What was typed; none = untouched, empty = it is to be removed. */
  typed: string | undefined;
  error: string | undefined;
  first: boolean;
  onType: (value: string | undefined) => void;
}

function One({ vendor, field, typed, error, first, onType }: OneProps) {
  const { t } = useWords();
  const words = useHint();
  const hidden = field.kind === "secret" || field.kind === "pem";
  const opaque = hidden || field.kind === "sid";
  const cleared = typed === "" && field.set;
  const hint = cleared ? t("connect.will_clear") : words(vendor, field);
  const label = t(`connect.field.${field.name as FieldName}`);
  return (
    <div className={styles.one} data-long={field.kind === "pem" || undefined}>
      <TextField
        label={field.needed ? `${label} (${t("connect.needed")})` : label}
        hint={hint}
        value={typed ?? (opaque ? "" : (field.value ?? ""))}
        // An opaque field left empty keeps what is set; any other that is emptied is removed.
        onChange={(value) => onType(value === "" && (opaque || !field.set) ? undefined : value)}
        error={error}
        autoFocus={first}
        autoComplete={hidden ? "new-password" : "off"}
        mono={field.kind !== "text"}
        {...(field.kind === "pem" ? { rows: 4 } : {})}
        {...(field.kind === "secret" ? { type: "password" as const } : {})}
        {...(opaque && field.set && !cleared ? { placeholder: kept(field) } : {})}
      />
      {opaque && field.set && !field.needed && (
        <Button
          size="small"
          tone="quiet"
          onPress={() => onType(cleared ? undefined : "")}
          aria-label={`${t(cleared ? "connect.keep" : "connect.clear")}: ${label}`}
        >
          {t(cleared ? "connect.keep" : "connect.clear")}
        </Button>
      )}
    </div>
  );
}

/** As many stars whatever its length; of an identifier its end. */
function kept(field: FieldView): string {
  return `••••••••${field.ends_in ?? ""}`;
}

function useHint() {
  const { t } = useWords();
  return (vendor: string, field: FieldView): string | undefined => {
    const own = hintOf(vendor, field);
    const said =
      own === "base"
        ? t("connect.hint.base", { otherwise: field.otherwise ?? "–" })
        : own && t(`connect.hint.${own}`);
    const opaque = field.kind === "secret" || field.kind === "pem" || field.kind === "sid";
    const keeps = field.set && opaque && t("connect.leave");
    return [keeps, said].filter(Boolean).join(" ") || undefined;
  };
}

type HintName = Exclude<keyof typeof import("../../i18n/en/connect").connect.hint, "base">;

function hintOf(vendor: string, field: FieldView): HintName | "base" | undefined {
  if (field.otherwise) return "base";
  if (field.kind === "code") return "code";
  if (field.name.startsWith("former_")) return "former";
  if (field.name === "base" && vendor === "cerner") return "base_chart";
  const own: HintName[] = [
    "client_secret",
    "private_key_pem",
    "alg",
    "performer",
    "mrn_system",
    "auth_token",
    "from",
    "second_routing_key",
    "api_key",
    "from_email",
    "mllp",
  ];
  return own.find((name) => name === field.name);
}
