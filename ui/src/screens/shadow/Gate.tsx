import { IconCircleCheck, IconCircleDashed, IconUserCheck } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { GateView } from "../../generated/GateView";
import type { NeedView } from "../../generated/NeedView";
import type { WorkflowView } from "../../generated/WorkflowView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Check } from "../../parts/Field";
import { Card, Columns } from "../../parts/Screen";
import { Failure, Skeleton } from "../../parts/States";
import { useFrame } from "../../state/queries";
import { shortTime } from "../../words/time";
import { Agreements } from "./Agreements";
import styles from "./Gate.module.css";
import { GoBack, GoLive, Word } from "./gateDialogs";
import { useSend } from "./useSend";

type NeedName =
  | "shadow_days"
  | "judged"
  | "missed"
  | "connections"
  | "least_privilege"
  | "warning_pages"
  | "case_lookup"
  | "coverage"
  | "baa"
  | "nurse_lead"
  | "medical_director";

type Open = { do: "live" | "back" } | { do: "proof" | "override"; need: NeedView } | null;

/** What going live needs, for the workflows that are ticked. */
export function Gate() {
  const { t } = useWords();
  const role = useFrame().data?.who.role;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<Open>(null);
  const all = useQuery({ queryKey: ["gate"], queryFn: () => call("gate", { workflows: [] }) });
  const shadowed = all.data?.workflows.filter((w) => w.mode === "shadow").map((w) => w.name) ?? [];
  const chosen = shadowed.filter((name) => !left.has(name));
  const key = chosen.join(" ");
  const asked = useQuery({
    queryKey: ["gate", key],
    queryFn: () => call("gate", { workflows: chosen }),
    enabled: all.data !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
  const view = asked.data ?? all.data;
  if (all.isError && !view) return <Failure thrown={all.error} onRetry={() => void all.refetch()} />;
  if (!view) return <Skeleton rows={8} label={t("app.loading")} />;
  const toggle = (name: string) =>
    setLeft((before) => {
      const after = new Set(before);
      if (!after.delete(name)) after.add(name);
      return after;
    });
  const live = view.workflows.filter((w) => w.mode === "live").map((w) => w.name);
  return (
    <Columns
      side={
        <>
          <Card title={t("gate.which")}>
            <ul className={styles.workflows}>
              {view.workflows.map((w) => (
                <Workflow
                  key={w.name}
                  w={w}
                  chosen={chosen.includes(w.name)}
                  onToggle={() => toggle(w.name)}
                />
              ))}
            </ul>
            <Last view={view} role={role} chosen={chosen} live={live} onOpen={setOpen} />
          </Card>
          <Agreements baa={view.baa} may={role === "administrator"} />
        </>
      }
    >
      <Card title={t("gate.requirements")} words={view.armed ? t("gate.words") : t("gate.sandbox")}>
        {shadowed.length === 0 ? (
          <p className={styles.sum}>{t("gate.nothing_in_shadow")}</p>
        ) : (
          <p className={styles.sum} role="status">
            {view.open === 0 ? t("gate.all_met") : t("gate.left", { count: view.open })}
          </p>
        )}
        <ul className={styles.needs}>
          {chosen.length > 0 &&
            view.needs.map((need) => (
              <Need key={need.need} need={need} view={view} chosen={chosen} role={role} onOpen={setOpen} />
            ))}
        </ul>
      </Card>
      {open?.do === "live" && <GoLive workflows={chosen} onClose={() => setOpen(null)} />}
      {open?.do === "back" && <GoBack workflows={live} onClose={() => setOpen(null)} />}
      {(open?.do === "proof" || open?.do === "override") && (
        <Word how={open.do} need={open.need.need} workflows={chosen} onClose={() => setOpen(null)} />
      )}
    </Columns>
  );
}

function Workflow({ w, chosen, onToggle }: { w: WorkflowView; chosen: boolean; onToggle: () => void }) {
  const { t, word } = useWords();
  const name = word("workflow", w.name);
  return (
    <li>
      {w.mode === "shadow" ? (
        <Check isSelected={chosen} onChange={onToggle}>
          {name}
        </Check>
      ) : (
        <b>{name}</b>
      )}
      <span>
        {w.mode === "live" ? t("gate.live") : t("gate.days", { count: Math.floor(w.days * 10) / 10 })}
        {w.mode === "shadow" && w.raised > 0 && (
          <> · {t("gate.judged_of", { judged: w.judged, raised: w.raised })}</>
        )}
      </span>
    </li>
  );
}

function Last({
  view,
  role,
  chosen,
  live,
  onOpen,
}: {
  view: GateView;
  role: string | undefined;
  chosen: string[];
  live: string[];
  onOpen: (open: Open) => void;
}) {
  const { t } = useWords();
  const may = role === "administrator";
  return (
    <div className={styles.last}>
      {chosen.length > 0 && (
        <Button tone="primary" isDisabled={!may || !view.ready} onPress={() => onOpen({ do: "live" })}>
          {t("gate.go")}
        </Button>
      )}
      {live.length > 0 && (may || role === "clinician") && (
        <Button tone="danger" onPress={() => onOpen({ do: "back" })}>
          {t("gate.back")}
        </Button>
      )}
      {chosen.length > 0 && !may && <p className={styles.quiet}>{t("gate.needs_administrator")}</p>}
    </div>
  );
}

function Need({
  need,
  view,
  chosen,
  role,
  onOpen,
}: {
  need: NeedView;
  view: GateView;
  chosen: string[];
  role: string | undefined;
  onOpen: (open: Open) => void;
}) {
  const { t, language } = useWords();
  const sending = useSend(() => undefined);
  const name = need.need as NeedName;
  const Icon =
    need.standing === "met" ? IconCircleCheck : need.standing === "noted" ? IconUserCheck : IconCircleDashed;
  const administers = role === "administrator";
  const mine =
    need.standing === "open" &&
    (name === "nurse_lead" || name === "medical_director") &&
    view.sign_as === name;
  return (
    <li data-standing={need.standing}>
      <Icon size={18} aria-hidden="true" />
      <div className={styles.need}>
        <h3>
          {t(`gate.need_${name}`)} <span>{t(`gate.${need.standing as "met" | "open" | "noted"}`)}</span>
        </h3>
        <p>{need.words}</p>
        {need.lacking.length > 0 && (
          <ul>
            {need.lacking.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
        {need.signed.map((one) => (
          <p key={`${one.by}${one.at}`} className={styles.signed}>
            {t("gate.signed", { name: one.by, when: shortTime(one.at, language) })}
          </p>
        ))}
        {need.note && (
          <p className={styles.signed}>
            {t(need.note.how === "proof" ? "gate.proved_by" : "gate.waived_by", {
              by: need.note.by,
              why: need.note.why,
            })}
          </p>
        )}
        {need.next && <p className={styles.next}>{t("gate.next", { what: need.next })}</p>}
        {sending.error && (
          <p className={styles.refused} role="alert">
            {sending.error.what_happened}
          </p>
        )}
      </div>
      <div className={styles.acts}>
        {mine && (
          <Button
            size="small"
            tone="primary"
            isDisabled={sending.busy}
            onPress={() => void sending.send(() => call("sign_off", { workflows: chosen }))}
          >
            {t(name === "nurse_lead" ? "gate.sign_nurse_lead" : "gate.sign_medical_director")}
          </Button>
        )}
        {need.standing === "open" && administers && need.takes_proof && (
          <Button size="small" onPress={() => onOpen({ do: "proof", need })}>
            {t("gate.prove")}
          </Button>
        )}
        {need.standing === "open" && administers && (
          <Button size="small" tone="quiet" onPress={() => onOpen({ do: "override", need })}>
            {t("gate.waive")}
          </Button>
        )}
      </div>
    </li>
  );
}
