// People: who may sign in, the sealed code for emergencies, and one's own sign-in.

import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StaffView } from "../../generated/StaffView";
import { call, host } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Card, Columns, Screen } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { Age } from "../../parts/Times";
import { queries, useFrame } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { OwnPassword, SecondFactor } from "../door/Own";
import { AddPerson, ChangePerson, ResetPerson } from "./dialogs";
import { Emergency } from "./Emergency";
import styles from "./People.module.css";

type Open = { do: "add" } | { do: "change" | "reset"; person: StaffView } | null;

export function People() {
  const { t } = useWords();
  const frame = useFrame();
  const administers = frame.data?.who.role === "administrator";
  return (
    <Screen title={t("staff.title")} words={t("staff.words")}>
      <Columns side={<Mine name={frame.data?.who.name ?? ""} />}>
        {administers ? <Staff /> : <p className={styles.quiet}>{t("staff.administrators_only")}</p>}
      </Columns>
    </Screen>
  );
}

function Staff() {
  const { t, word } = useWords();
  const people = useQuery({
    queryKey: ["people"],
    queryFn: () => call("people", {}),
    refetchInterval: 15_000,
  });
  const [open, setOpen] = useState<Open>(null);
  const close = (said?: string) => {
    setOpen(null);
    if (said) sayDone({ said, undo: null });
    void queries.invalidateQueries({ queryKey: ["people"] });
  };
  if (people.isError) return <Failure thrown={people.error} onRetry={() => void people.refetch()} />;
  return (
    <>
      <Card
        title={t("staff.title")}
        actions={
          <Button
            size="small"
            icon={<IconUserPlus size={16} aria-hidden="true" />}
            onPress={() => setOpen({ do: "add" })}
          >
            {t("staff.add")}
          </Button>
        }
      >
        {!people.data && <Skeleton rows={4} label={t("app.loading")} />}
        {people.data?.people.length === 0 && <Nothing>{t("staff.nobody")}</Nothing>}
        {people.data && people.data.people.length > 0 && (
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("staff.name")}</th>
                <th scope="col">{t("staff.role")}</th>
                <th scope="col">{t("staff.state")}</th>
                <th scope="col">{t("staff.seen")}</th>
                <th>
                  <span className="visually-hidden">{t("staff.change")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {people.data.people.map((person) => (
                <tr key={person.id} data-out={!person.active || undefined}>
                  <th scope="row">
                    {person.name}
                    <span className={styles.under}>{person.login}</span>
                  </th>
                  <td>{word("role", person.role)}</td>
                  <td>
                    <State person={person} />
                  </td>
                  <td className={styles.seen}>
                    {person.here ? (
                      t("staff.here")
                    ) : person.last_seen ? (
                      <Age at={person.last_seen} />
                    ) : (
                      t("staff.never")
                    )}
                  </td>
                  <td className={styles.acts}>
                    <Button size="small" tone="quiet" onPress={() => setOpen({ do: "reset", person })}>
                      {t("staff.reset")}
                    </Button>
                    <Button size="small" tone="quiet" onPress={() => setOpen({ do: "change", person })}>
                      {t("staff.change")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Card>
      {people.data && <Emergency made={people.data.emergency_code_at} used={people.data.emergency_used_at} />}
      {open?.do === "add" && <AddPerson onClose={close} />}
      {open?.do === "change" && <ChangePerson person={open.person} onClose={close} />}
      {open?.do === "reset" && <ResetPerson person={open.person} onClose={close} />}
    </>
  );
}

function State({ person }: { person: StaffView }) {
  const { t } = useWords();
  const said = [
    !person.active && t("staff.out"),
    person.retry_at && t("staff.waits"),
    person.must_change && t("staff.must_change"),
    person.second_factor && t("staff.second_factor"),
    person.second_factor && t("staff.recovery", { count: person.recovery_left }),
  ].filter(Boolean);
  return <span className={styles.state}>{said.join(" · ")}</span>;
}

function Mine({ name }: { name: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState<"password" | "factor" | null>(null);
  const close = () => setOpen(null);
  return (
    <Card title={t("staff.mine")}>
      {host().signIn.session ? (
        <p className={styles.buttons}>
          <Button onPress={() => setOpen("password")}>{t("staff.my_password")}</Button>
          <Button onPress={() => setOpen("factor")}>{t("staff.my_factor")}</Button>
        </p>
      ) : (
        <p className={styles.quiet}>{t("staff.mine_sandbox", { name })}</p>
      )}
      {open === "password" && (
        <Dialog title={t("staff.my_password")} onClose={close}>
          <OwnPassword
            onDone={(said) => {
              close();
              sayDone({ said, undo: null });
            }}
          />
        </Dialog>
      )}
      {open === "factor" && (
        <Dialog title={t("door.factor")} onClose={close}>
          <SecondFactor onDone={close} />
        </Dialog>
      )}
    </Card>
  );
}
