// The door: what stands on the screen while nobody is in.

import { type FormEvent, type ReactNode, useState } from "react";
import { Choices } from "../../frame/Choices";
import { Mark } from "../../frame/Mark";
import type { DoorView } from "../../generated/DoorView";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { again, enter, leave } from "../../state/door";
import { Alarms } from "./Alarms";
import styles from "./Door.module.css";
import { OwnPassword, SecondFactor } from "./Own";
import { useAsk } from "./useAsk";

export function Door({ door }: { door: DoorView }) {
  const { t } = useWords();
  const [emergency, setEmergency] = useState(false);
  const shows = door.state === "locked" || door.state === "signed_out";
  return (
    <div className={styles.door}>
      <header className={styles.head}>
        <Mark size={24} />
        <span>{t("app.name")}</span>
        <span className={styles.choices}>
          <Choices />
        </span>
      </header>
      <main className={styles.main} data-with-alarms={shows || undefined}>
        <section className={styles.card}>
          {door.state === "first_run" && <FirstRun />}
          {door.state === "signed_out" && !emergency && <SignIn />}
          {door.state === "signed_out" && emergency && <Emergency />}
          {door.state === "locked" && <Locked name={door.who?.name ?? ""} />}
          {door.state === "must_password" && (
            <>
              <Title words={t("door.new_password_words")}>{t("door.new_password")}</Title>
              <OwnPassword onDone={again} />
            </>
          )}
          {door.state === "must_second_factor" && (
            <>
              <Title words={t("door.factor_words")}>{t("door.factor")}</Title>
              <SecondFactor onDone={again} />
            </>
          )}
          {door.state === "signed_out" && (emergency || door.emergency) && (
            <p className={styles.other}>
              <Button tone="quiet" size="small" onPress={() => setEmergency(!emergency)}>
                {t(emergency ? "door.back" : "door.emergency")}
              </Button>
            </p>
          )}
        </section>
        {shows && <Alarms alarms={door.alarms} />}
      </main>
    </div>
  );
}

function Title({ children, words }: { children: ReactNode; words: string }) {
  return (
    <>
      <h1>{children}</h1>
      <p className={styles.words}>{words}</p>
    </>
  );
}

/** A form that Enter sends. */
function Form({ children, onSend }: { children: ReactNode; onSend: () => void }) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <form className={styles.form} onSubmit={send}>
      {children}
    </form>
  );
}

function SignIn() {
  const { t } = useWords();
  const ask = useAsk();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [factor, setFactor] = useState(false);
  const wantsCode = factor || ask.error?.code === "second_factor";
  return (
    <Form
      onSend={async () => {
        if (wantsCode) setFactor(true);
        const entered = await ask.ask("sign_in", { login, password, code });
        if (entered) enter(entered);
      }}
    >
      <Title words={t("door.sign_in_words")}>{t("door.sign_in")}</Title>
      <TextField
        label={t("door.login")}
        value={login}
        onChange={setLogin}
        autoFocus
        autoComplete="username"
        isRequired
      />
      <TextField
        label={t("door.password")}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isRequired
      />
      {wantsCode && (
        <TextField
          key="code"
          label={t("door.code")}
          hint={t("door.code_hint")}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          autoFocus
        />
      )}
      {ask.error?.code !== "second_factor" && <Refused error={ask.error} />}
      <Button tone="primary" type="submit" isDisabled={ask.busy}>
        {t("door.enter")}
      </Button>
    </Form>
  );
}

function FirstRun() {
  const { t } = useWords();
  const ask = useAsk();
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  return (
    <Form
      onSend={async () => {
        const entered = await ask.ask("first_administrator", { name, login, password });
        if (entered) enter(entered);
      }}
    >
      <Title words={t("door.first_words")}>{t("door.first")}</Title>
      <TextField
        label={t("door.name")}
        hint={t("door.name_hint")}
        value={name}
        onChange={setName}
        error={ask.at("name")}
        autoFocus
      />
      <TextField
        label={t("door.login")}
        hint={t("door.login_hint")}
        value={login}
        onChange={setLogin}
        error={ask.at("login")}
        autoComplete="username"
      />
      <TextField
        label={t("door.password")}
        hint={t("door.password_hint")}
        type="password"
        value={password}
        onChange={setPassword}
        error={ask.at("password")}
        autoComplete="new-password"
      />
      <Refused error={ask.error} />
      <Button tone="primary" type="submit" isDisabled={ask.busy}>
        {t("door.make")}
      </Button>
    </Form>
  );
}

function Locked({ name }: { name: string }) {
  const { t } = useWords();
  const ask = useAsk();
  const [password, setPassword] = useState("");
  return (
    <Form
      onSend={async () => {
        if (await ask.ask("unlock", { password })) again();
        else setPassword("");
      }}
    >
      <Title words={t("door.locked_words", { name })}>{t("door.locked")}</Title>
      <TextField
        label={t("door.password")}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        autoFocus
      />
      <Refused error={ask.error} />
      <Button tone="primary" type="submit" isDisabled={ask.busy}>
        {t("door.unlock")}
      </Button>
      <p className={styles.other}>
        <Button tone="quiet" size="small" onPress={() => void leave()}>
          {t("door.somebody_else")}
        </Button>
      </p>
    </Form>
  );
}

function Emergency() {
  const { t } = useWords();
  const ask = useAsk();
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const [code, setCode] = useState("");
  return (
    <Form
      onSend={async () => {
        const entered = await ask.ask("break_glass", { name, reason, code });
        if (entered) enter(entered);
      }}
    >
      <Title words={t("door.emergency_words")}>{t("door.emergency")}</Title>
      <TextField
        label={t("door.emergency_name")}
        hint={t("door.name_hint")}
        value={name}
        onChange={setName}
        error={ask.at("name")}
        autoFocus
      />
      <TextField
        label={t("door.reason")}
        value={reason}
        onChange={setReason}
        error={ask.at("reason")}
        rows={2}
      />
      <TextField label={t("door.sealed")} value={code} onChange={setCode} autoComplete="off" />
      <Refused error={ask.error} />
      <Button tone="primary" type="submit" isDisabled={ask.busy}>
        {t("door.emergency_enter")}
      </Button>
    </Form>
  );
}
