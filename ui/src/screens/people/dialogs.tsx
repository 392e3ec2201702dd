// Adding, changing and giving a new password: one dialog each, refusals at their field.

import { type FormEvent, type ReactNode, useState } from "react";
import type { StaffView } from "../../generated/StaffView";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Check, Select, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { useAsk } from "../door/useAsk";
import styles from "./People.module.css";

const ROLES = ["nurse", "clinician", "administrator", "auditor"] as const;
type Role = (typeof ROLES)[number];
type Close = (said?: string) => void;

interface FormProps {
  title: string;
  about?: ReactNode;
  onClose: Close;
  onSend: () => void;
  ask: ReturnType<typeof useAsk>;
  children: ReactNode;
}

function Form({ title, about, onClose, onSend, ask, children }: FormProps) {
  const { t } = useWords();
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <Dialog title={title} about={about} onClose={() => onClose()}>
      <form className={styles.form} onSubmit={send}>
        {children}
        <Refused error={ask.error?.field ? null : ask.error} />
        <DialogFoot>
          <Button onPress={() => onClose()}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={ask.busy}>
            {t("staff.save")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

function RoleSelect({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  const { t } = useWords();
  return (
    <Select
      label={t("staff.role")}
      value={role}
      onChange={onChange}
      options={ROLES.map((id) => ({ id, label: t(`staff.role_${id}`) }))}
    />
  );
}

export function AddPerson({ onClose }: { onClose: Close }) {
  const { t } = useWords();
  const ask = useAsk();
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [role, setRole] = useState<Role>("nurse");
  const [password, setPassword] = useState("");
  const send = async () => {
    const done = await ask.ask("add_person", { name, login, role, password });
    if (done) onClose(done.said);
  };
  return (
    <Form title={t("staff.add")} onClose={onClose} onSend={() => void send()} ask={ask}>
      <TextField
        label={t("staff.name")}
        hint={t("door.name_hint")}
        value={name}
        onChange={setName}
        error={ask.at("name")}
        autoFocus
      />
      <TextField
        label={t("staff.login")}
        hint={t("door.login_hint")}
        value={login}
        onChange={setLogin}
        error={ask.at("login")}
        autoComplete="off"
      />
      <RoleSelect role={role} onChange={setRole} />
      <TextField
        label={t("staff.first_password")}
        hint={t("staff.first_password_hint")}
        type="password"
        value={password}
        onChange={setPassword}
        error={ask.at("password")}
        autoComplete="new-password"
      />
    </Form>
  );
}

export function ChangePerson({ person, onClose }: { person: StaffView; onClose: Close }) {
  const { t } = useWords();
  const ask = useAsk();
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState<Role>(ROLES.find((r) => r === person.role) ?? "nurse");
  const [active, setActive] = useState(person.active);
  const send = async () => {
    const done = await ask.ask("change_person", { id: person.id, name, role, active });
    if (done) onClose(done.said);
  };
  return (
    <Form
      title={t("staff.change")}
      about={person.login}
      onClose={onClose}
      onSend={() => void send()}
      ask={ask}
    >
      <TextField
        label={t("staff.name")}
        hint={t("door.name_hint")}
        value={name}
        onChange={setName}
        error={ask.at("name")}
        autoFocus
      />
      <RoleSelect role={role} onChange={setRole} />
      <Check isSelected={active} onChange={setActive}>
        {t("staff.active")}
      </Check>
    </Form>
  );
}

export function ResetPerson({ person, onClose }: { person: StaffView; onClose: Close }) {
  const { t } = useWords();
  const ask = useAsk();
  const [password, setPassword] = useState("");
  const [factor, setFactor] = useState(false);
  const send = async () => {
    const done = await ask.ask("reset_person", { id: person.id, password, second_factor: factor });
    if (done) onClose(done.said);
  };
  return (
    <Form
      title={t("staff.reset")}
      about={`${person.name} · ${person.login}`}
      onClose={onClose}
      onSend={() => void send()}
      ask={ask}
    >
      <TextField
        label={t("staff.first_password")}
        hint={t("staff.first_password_hint")}
        type="password"
        value={password}
        onChange={setPassword}
        error={ask.at("password")}
        autoComplete="new-password"
        autoFocus
      />
      {person.second_factor && (
        <Check isSelected={factor} onChange={setFactor}>
          {t("staff.take_factor")}
        </Check>
      )}
    </Form>
  );
}
