//! The gate before going live, in words: what is asked, what is lacking, what to do next.

use super::frame::label;
use super::words::{capital, pick, say, vital_words};
use crate::commands::{side_of, store_error};
use crate::console::{lock, Console};
use decide::connections::{Connection, TestEnd};
use decide::desk::Desk;
use decide::outbox::Vendor;
use decide::shadow::{
    alert, gate, in_shadow, Evidence, GateNote, How, Lacking, Need, Requirement, SignOff, Standing, Tested, VendorLack, WORKFLOWS,
};
use decide::wallclock::clinic_zone;
use decide::{Mode, Settings, Vital};
use std::collections::{BTreeMap, BTreeSet};
use wire::{BaaView, GateArgs, GateView, Language, NeedNote, NeedView, Person, SignedView, UserError, WorkflowView};

impl Console {
    /// What the gate counts and the desk does not hold.
    pub(crate) fn evidence(&self) -> Result<Evidence, UserError> {
        let now = self.now();
        let (since, judged, reader) = {
            let engine = lock(&self.engine);
            let shadow = &engine.desk.shadow;
            let judged: BTreeSet<u64> = shadow.judgements.values().filter_map(|j| j.episode).collect();
            (shadow.gate.since.clone(), judged, engine.reader().map_err(store_error)?)
        };
        let mut alerts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        if let Some(first) = since.values().min() {
            reader
                .episodes_opened(*first, now + decide::seconds(0.001), |e| {
                    let name = e.vital.name();
                    let counts = since.get(name).is_some_and(|at| e.opened_at >= *at);
                    if let Some(a) = alert(&e).filter(|_| counts) {
                        let tally = alerts.entry(name.into()).or_default();
                        tally.0 += 1;
                        tally.1 += u64::from(judged.contains(&a.episode));
                    }
                })
                .map_err(store_error)?;
        }
        let engine = lock(&self.engine);
        let connections = &engine.desk.connections;
        let tests = Vendor::ALL.into_iter().map(|v| (v, connections.get(&v).map_or(Tested::Never, tested))).collect();
        Ok(Evidence {
            alerts,
            tests,
            least_privilege: connections.get(&Vendor::Cerner).and_then(|c| point(c, "scopes")),
            warning_pages: connections.get(&Vendor::PagerDuty).and_then(|c| point(c, "urgency")),
        })
    }

    pub(crate) fn gate_view(&self, who: &Person, args: &GateArgs) -> Result<GateView, UserError> {
        let (now, l) = (self.now(), who.language);
        let evidence = self.evidence()?;
        let engine = lock(&self.engine);
        let desk = &engine.desk;
        let shadow = in_shadow(&desk.settings);
        let asked: BTreeSet<String> = args.workflows.iter().filter(|w| shadow.contains(*w)).cloned().collect();
        let chosen = if asked.is_empty() { shadow } else { asked };
        let needs: Vec<Requirement> = if chosen.is_empty() { Vec::new() } else { gate(desk, &evidence, &chosen, now) };
        let open = needs.iter().filter(|n| n.open()).count() as u32;
        let workflows = WORKFLOWS.iter().map(|w| workflow(desk, &evidence, w, now)).collect();
        let baa = &desk.shadow.gate.baa;
        Ok(GateView {
            now,
            armed: desk.shadow.gate.armed,
            workflows,
            ready: !chosen.is_empty() && (open == 0 || !desk.shadow.gate.armed),
            chosen: chosen.into_iter().collect(),
            needs: needs.iter().map(|n| need(n, &desk.settings, l)).collect(),
            open,
            baa: Vendor::ALL
                .into_iter()
                .map(|v| BaaView { vendor: v.name().into(), label: label(v).into(), signed_on: baa.get(&v).map(|d| d.to_string()) })
                .collect(),
            sign_as: side_of(&who.role).map(|s| s.need().name().to_string()),
        })
    }
}

/// How the tests of a connection came out, since its set-up last changed; what only warns works.
fn tested(c: &Connection) -> Tested {
    let changed = c.secrets.values().map(|k| k.at).max();
    let ended: Vec<&TestEnd> = c.tests.values().filter_map(|t| t.ended.as_ref()).filter(|e| Some(e.at) >= changed).collect();
    match (ended.is_empty(), ended.iter().any(|e| e.verdict == "bad")) {
        (true, _) => Tested::Never,
        (_, true) => Tested::Red,
        _ => Tested::Green,
    }
}

/// What the newest test said of one point; none = nothing.
fn point(c: &Connection, what: &str) -> Option<bool> {
    let ended = c.tests.values().filter_map(|t| t.ended.as_ref());
    let said = ended.filter_map(|e| e.lines.iter().find(|(w, ..)| w == what).map(|(_, verdict, _)| (e.at, verdict == "good")));
    said.max_by_key(|(at, _)| *at).map(|(_, good)| good)
}

fn workflow(desk: &Desk, evidence: &Evidence, name: &str, now: decide::At) -> WorkflowView {
    let since = desk.shadow.gate.since.get(name).copied();
    let (raised, judged) = evidence.alerts.get(name).copied().unwrap_or_default();
    WorkflowView {
        name: name.into(),
        mode: if desk.settings.mode.of(name) == Mode::Live { "live" } else { "shadow" }.into(),
        since,
        days: since.map_or(0.0, |at| (now - at).num_minutes() as f64 / 1440.0),
        raised,
        judged,
    }
}

fn signed(s: &SignOff) -> SignedView {
    SignedView { by: s.by.clone(), at: s.at, workflows: s.workflows.iter().cloned().collect() }
}

fn note(n: &GateNote) -> NeedNote {
    let how = if n.how == How::Proof { "proof" } else { "override" };
    NeedNote { how: how.into(), why: n.why.clone(), by: n.by.clone(), at: n.at }
}

fn need(r: &Requirement, s: &Settings, l: Language) -> NeedView {
    let (standing, said) = match &r.standing {
        Standing::Met => ("met", None),
        Standing::Open => ("open", None),
        Standing::Noted(n) => ("noted", Some(note(n))),
    };
    NeedView {
        need: r.need.name().into(),
        words: asked(r.need, s, l),
        standing: standing.into(),
        lacking: r.lacking.iter().map(|x| capital(&lacking(x, s, l))).collect(),
        next: if r.open() { next(r.need, l).into() } else { String::new() },
        note: said,
        signed: r.signed.iter().map(signed).collect(),
        takes_proof: r.need.takes_proof(),
    }
}

fn asked(need: Need, s: &Settings, l: Language) -> String {
    let (days, percent) = (number(s.shadow_days_minimum), number(s.shadow_judged_percent));
    match need {
        Need::ShadowDays => say!(l, "At least {days} days in shadow.", "Al menos {days} días en modo sombra."),
        Need::Judged => say!(
            l,
            "A nurse has judged {percent} % of what the console would have raised.",
            "Enfermería ha valorado el {percent} % de lo que la consola habría dado."
        ),
        Need::Missed => {
            pick(l, "Every alert that the console missed is explained.", "Cada alerta que la consola no dio está explicada.").into()
        }
        Need::Connections => {
            pick(l, "The test of every connection it uses is green.", "La prueba de cada conexión que usa está en verde.").into()
        }
        Need::LeastPrivilege => {
            pick(l, "The chart's key grants no more than is needed.", "La clave de la historia clínica no concede más de lo necesario.")
                .into()
        }
        Need::WarningPages => {
            pick(l, "A page of severity \"warning\" really rings.", "Una llamada de gravedad «warning» suena de verdad.").into()
        }
        Need::CaseLookup => pick(
            l,
            "A clinician on the phone can find the patient: a number to call or a link to the chart.",
            "Un médico al teléfono puede hallar al paciente: un número o un enlace a la historia.",
        )
        .into(),
        Need::Coverage => pick(
            l,
            "Somebody is on call in each hour of the next seven days.",
            "Hay alguien de guardia en cada hora de los próximos siete días.",
        )
        .into(),
        Need::Baa => {
            pick(l, "The day of the agreement (BAA) with each vendor is known.", "Se conoce el día del acuerdo (BAA) con cada proveedor.")
                .into()
        }
        Need::NurseLead => pick(
            l,
            "Signed by the nurse lead, in an administrator's own session.",
            "Firmado por la jefatura de enfermería, en su propia sesión de administración.",
        )
        .into(),
        Need::MedicalDirector => pick(
            l,
            "Signed by the medical director, in a clinician's own session.",
            "Firmado por la dirección médica, en su propia sesión de médico.",
        )
        .into(),
    }
}

fn next(need: Need, l: Language) -> &'static str {
    let (en, es) = match need {
        Need::ShadowDays => ("Let it run and judge what it raises.", "Déjelo correr y valore lo que dé."),
        Need::Judged => ("Judge what is listed under Agreement.", "Valore lo que hay en Concordancia."),
        Need::Missed => ("Say of each why the console did not raise it.", "Diga de cada una por qué no la dio."),
        Need::Connections => ("Open Connections and test each one.", "Abra Conexiones y pruebe cada una."),
        Need::LeastPrivilege => ("Test the chart in Connections.", "Pruebe la historia clínica en Conexiones."),
        Need::WarningPages => {
            ("Send a test page of that severity and say whose phone rang.", "Envíe una llamada de prueba y diga qué teléfono sonó.")
        }
        Need::CaseLookup => ("Set case_lookup_phone or chart_url_template in Settings.", "Defina case_lookup_phone o chart_url_template."),
        Need::Coverage => ("Fill the hole in the PagerDuty schedule.", "Cubra el hueco en el calendario de PagerDuty."),
        Need::Baa => ("Enter the days below.", "Anote los días abajo."),
        Need::NurseLead => ("An administrator signs here.", "Firma aquí administración."),
        Need::MedicalDirector => ("A clinician signs in and signs here.", "Un médico inicia sesión y firma aquí."),
    };
    pick(l, en, es)
}

fn lacking(x: &Lacking, s: &Settings, l: Language) -> String {
    match x {
        Lacking::Days { workflow, days, of } => {
            // Rounded down: 4.96 days are not five.
            let (what, days, of) = (workflow_words(workflow, l), number((days * 10.0).floor() / 10.0), number(*of));
            say!(l, "{what}: {days} of {of} days", "{what}: {days} de {of} días")
        }
        Lacking::Judged { workflow, judged, raised, .. } => {
            let what = workflow_words(workflow, l);
            say!(l, "{what}: {judged} of {raised} judged", "{what}: {judged} de {raised} valoradas")
        }
        Lacking::NothingRaised { workflow } => {
            let what = workflow_words(workflow, l);
            say!(l, "{what}: nothing was raised, so nothing can be compared", "{what}: no hubo alertas, no hay nada que comparar")
        }
        Lacking::Unexplained { workflow, count } => {
            let what = workflow_words(workflow, l);
            say!(l, "{what}: {count} missed and not explained", "{what}: {count} no dadas y sin explicar")
        }
        Lacking::Vendor { vendor, lack } => {
            let name = label(*vendor);
            match lack {
                VendorLack::NotTested => say!(l, "{name}: not tried yet", "{name}: aún sin probar"),
                VendorLack::Failing => say!(l, "{name}: does not work now", "{name}: no funciona ahora"),
                VendorLack::NoAgreement => say!(l, "{name}: no day", "{name}: sin fecha"),
            }
        }
        Lacking::TooMuchGranted => pick(l, "It grants more than is needed.", "Concede más de lo necesario.").into(),
        Lacking::NotKnown => pick(l, "Not known yet.", "Aún no se sabe.").into(),
        Lacking::Unproven => pick(l, "Nobody has said yet that it rang.", "Nadie ha dicho aún que sonó.").into(),
        Lacking::NotSet => pick(l, "Neither is set.", "Ninguno está definido.").into(),
        Lacking::ScheduleUnknown => pick(l, "The schedule could not be read.", "No se pudo leer el calendario.").into(),
        Lacking::Hole { from, to } => {
            let zone = clinic_zone(s);
            let (from, to) = (zone.moment(*from), zone.moment(*to));
            say!(l, "nobody from {from} to {to}", "nadie de {from} a {to}")
        }
        Lacking::Unsigned { workflows } => {
            let what = workflows.iter().map(|w| workflow_words(w, l)).collect::<Vec<_>>().join(", ");
            say!(l, "not signed for {what}", "sin firmar: {what}")
        }
    }
}

/// A workflow as people say it.
fn workflow_words(name: &str, l: Language) -> String {
    match (Vital::named(name), name) {
        (Some(v), _) => vital_words(v, l).into(),
        (None, "visits") => pick(l, "visits", "citas").into(),
        (None, "check_ins") => pick(l, "check-ins", "seguimientos").into(),
        (None, other) => other.into(),
    }
}

/// Whole numbers without places.
fn number(n: f64) -> String {
    if n.fract() == 0.0 {
        format!("{n:.0}")
    } else {
        format!("{n:.1}")
    }
}
