// The tests of a vendor: a button each, how far one is, how it came out last and what to do about it.

import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconHelp,
  IconLoader2,
  IconX,
} from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { TestView } from "../../generated/TestView";
import type { VendorSetUp } from "../../generated/VendorSetUp";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { Age } from "../../parts/Times";
import { queries } from "../../state/queries";
import { useAsk } from "../door/useAsk";
import styles from "./VendorCard.module.css";

type TestName = keyof typeof import("../../i18n/en/connect").connect.test;
type TestState = keyof typeof import("../../i18n/en/connect").connect.state;

const STATE = {
  never: IconCircleDashed,
  running: IconLoader2,
  good: IconCheck,
  warning: IconAlertTriangle,
  bad: IconX,
  unknown: IconHelp,
};

export function Tests({ vendor, mayTest }: { vendor: VendorSetUp; mayTest: boolean }) {
  const { t } = useWords();
  return (
    <div className={styles.part}>
      <h3 title={t("connect.tests_words")}>{t("connect.tests")}</h3>
      <ul className={styles.tests}>
        {vendor.tests.map((test) => (
          <Test key={test.test} vendor={vendor} test={test} mayTest={mayTest} />
        ))}
      </ul>
    </div>
  );
}

function Test({ vendor, test, mayTest }: { vendor: VendorSetUp; test: TestView; mayTest: boolean }) {
  const { t } = useWords();
  const ask = useAsk();
  const [asking, setAsking] = useState(false);
  const [to, setTo] = useState("");
  const state = test.state as TestState;
  const Icon = STATE[state];
  const name = t(`connect.test.${test.test as TestName}`);
  const run = async (given: string) => {
    const done = await ask.ask("test_connection", { vendor: vendor.vendor, test: test.test, to: given });
    void queries.invalidateQueries({ queryKey: ["connection_set_up"] });
    if (done) setAsking(false);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    void run(to);
  };
  return (
    <li data-state={state}>
      <p className={styles.testHead}>
        <Icon size={14} aria-hidden="true" />
        <b>{name}</b>
        <span className={styles.testState} role="status">
          {t(`connect.state.${state}`)}
          {test.at && state !== "running" && (
            <>
              , <Age at={test.at} />
            </>
          )}
          {test.took_ms !== null && `, ${(test.took_ms / 1_000).toFixed(1)} s`}
        </span>
        {mayTest && (
          <Button
            size="small"
            tone="quiet"
            isDisabled={state === "running" || ask.busy}
            onPress={() => (test.asks ? setAsking(true) : void run(""))}
            aria-label={`${vendor.label}: ${t("connect.run_of", { test: name })}`}
          >
            {t("connect.run")}
          </Button>
        )}
      </p>
      {test.lines.length > 0 && (
        <ul className={styles.points}>
          {test.lines.map((line, index) => {
            const Point = STATE[line.verdict as TestState] ?? IconCircleDashed;
            return (
              <li key={index} data-state={line.verdict}>
                <Point size={13} aria-hidden="true" />
                <span>{line.said}</span>
              </li>
            );
          })}
        </ul>
      )}
      {test.what_to_do && <p className={styles.toDo}>{test.what_to_do}</p>}
      {!asking && <Refused error={ask.error} />}
      {asking && (
        <Dialog title={`${vendor.label}: ${name}`} onClose={() => setAsking(false)}>
          <form className={styles.form} onSubmit={send}>
            <TextField
              label={t(test.asks === "phone" ? "connect.asks_phone" : "connect.asks_mrn")}
              hint={test.asks === "phone" ? t("connect.asks_phone_hint") : undefined}
              value={to}
              onChange={(value) => {
                ask.forget();
                setTo(value);
              }}
              error={ask.at("to")}
              autoFocus
              autoComplete="off"
            />
            <Refused error={ask.error?.field === "to" ? null : ask.error} />
            <DialogFoot>
              <Button onPress={() => setAsking(false)}>{t("act.cancel")}</Button>
              <Button tone="primary" type="submit" isDisabled={ask.busy || to.trim() === ""}>
                {t("connect.ask_run")}
              </Button>
            </DialogFoot>
          </form>
        </Dialog>
      )}
    </li>
  );
}
