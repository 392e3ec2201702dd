//! Starts everything that a running console is made of, in order, and stops it in the other.

use crate::clock::{Clock, SystemClock};
use crate::commands::trials;
use crate::config::{BadConfig, Config, HostOptions, Profile};
use crate::console::{Console, ConsoleParts, Demo, Facts, NoDemo};
use crate::health::Health;
use crate::keeper::Keeper;
use crate::live::{beat, Banners, Bus, Cause, Enrolled, Live, LiveParts};
use crate::safekeeping::{self, Keeping};
use crate::sound::{Pattern, Sound};
use crate::spine::{Engine, Incoming};
use crate::switchboard::{Given, Switchboard};
use crate::vault::Secrets;
use crate::workspace::{self, Folder, Workspace};
use crate::{admin, anchors, demo, http, keys, people};
use accept::Limits;
use anyhow::Context;
use decide::connections::ConnectionChange;
use decide::input::{Change, Input};
use decide::outbox::Vendor;
use decide::Patient;
use ledger::{Durability, Key, Ledger};
use sandbox::{ChartPatient, Pump, Sandbox, SandboxConfig, Served};
use serde_json::{json, Value};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;
use vendors::HttpTransport;
use wire::{Command, Notice, Person, UserError};

/// A carrier reports a delivery after about so long.
const DELIVERED_AFTER_MS: i64 = 1_500;
/// Looks whether a new day began at least so often.
const ANCHOR_LOOK: Duration = Duration::from_secs(600);
/// A former key of the hooks is good for at most so long beyond its time.
const FORMER_KEY_LOOK: Duration = Duration::from_secs(5);

/// A running console. Clones are the same one.
#[derive(Clone)]
pub struct Running {
    inner: Arc<Inner>,
}

struct Inner {
    console: Arc<Console>,
    live: Arc<Live>,
    engine: Arc<Mutex<Engine>>,
    clock: Arc<dyn Clock>,
    bus: Arc<Bus>,
    sound: Arc<Sound>,
    demo: Option<Arc<demo::Player>>,
    hooks_url: String,
    mllp: Option<String>,
    console_url: String,
    folder: Folder,
    stopping: watch::Sender<bool>,
    parts: Mutex<Parts>,
}

/// What is taken apart at the end.
#[derive(Default)]
struct Parts {
    listener: Option<JoinHandle<()>>,
    pump: Option<Pump>,
    served: Option<Served>,
    safekeeping: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    /// Calls a command for a session (empty = not signed in). Blocking: never on an async thread.
    pub fn call(&self, session: &str, command: Command, args: Value) -> Result<Value, UserError> {
        self.inner.console.call_for(session, command, args)
    }

    /// Calls a command for a part of the console itself: the tray counts and mutes whoever is signed in.
    pub fn call_as_desk(&self, command: Command, args: Value) -> Result<Value, UserError> {
        let desk = Person { name: "This desk".into(), role: "nurse".into(), ..people::nobody("") };
        self.inner.console.call(&desk, command, args)
    }

    /// Hints that something changed.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.inner.bus.listen()
    }

    /// `http://127.0.0.1:PORT/hooks/KEY`.
    pub fn hooks_url(&self) -> String {
        self.inner.hooks_url.clone()
    }

    /// Where HL7 is taken over MLLP, `host:port`.
    pub fn mllp(&self) -> Option<String> {
        self.inner.mllp.clone()
    }

    /// `http://127.0.0.1:PORT/#token=TOKEN`.
    pub fn console_url(&self) -> String {
        self.inner.console_url.clone()
    }

    /// What should sound now.
    pub fn sounds(&self) -> watch::Receiver<Option<Pattern>> {
        self.inner.sound.playing()
    }

    /// Whether this machine can be heard; the screen says so when it cannot.
    pub fn sound_device(&self, present: bool) {
        self.inner.sound.set_available(present);
    }

    /// Takes no more traffic, finishes the turn, keeps the trail's head, stops. The second time it does nothing.
    pub async fn stop(self) {
        let inner = self.inner;
        let parts = std::mem::take(&mut *inner.parts.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(demo) = &inner.demo {
            let _ = demo.set(false, demo.speed());
        }
        inner.stopping.send_replace(true);
        let Some(listener) = parts.listener else { return };
        let _ = listener.await;
        let (live, console, safekeeping) = (inner.live.clone(), inner.console.clone(), parts.safekeeping);
        let _ = tokio::task::spawn_blocking(move || {
            console.keeping.stop();
            // A copy under way is not waited for: what it leaves is taken away by the next one.
            if let Some(thread) = safekeeping.filter(|_| !console.keeping.job().is_some_and(|job| job.runs())) {
                let _ = thread.join();
            }
            live.stop();
        })
        .await;
        drop(parts.pump);
        if let Some(served) = parts.served {
            served.stop().await;
        }
        if let Err(e) = inner.keep_anchor() {
            tracing::error!(error = %e, "the head of the trail could not be kept outside the database");
        }
        let _ = std::fs::remove_file(workspace::running(inner.folder.path()));
    }
}

impl Inner {
    fn keep_anchor(&self) -> std::io::Result<()> {
        let anchor = self.engine.lock().unwrap_or_else(PoisonError::into_inner).anchor();
        anchors::keep(&workspace::anchors(self.folder.path()), self.clock.now(), anchor)
    }
}

/// Starts the console: folder, key, ledger, vendors, spine, listener. The error says what could not be done, and why.
pub async fn start(options: HostOptions) -> anyhow::Result<Running> {
    let config = options.config.as_ref().map_or_else(|| Ok(Config::default()), Config::read)?;
    check(&options)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let folder = Folder::take(&options.data_dir)?;
    let workspace = folder.workspace(options.workspace_key.as_deref())?;
    let (key, home) = keys::database_key(&options, folder.path()).await?;
    let (mut engine, is_new) = open(&folder, &workspace, &key, &*clock)?;

    let listener = TcpListener::bind(options.listen).await.with_context(|| format!("cannot listen on {}", options.listen))?;
    let address = reachable(listener.local_addr()?);
    let mllp = match options.mllp {
        None => None,
        // The protocol has no sign-in: it stays on this machine unless the whole listener may leave it.
        Some(at) if !at.ip().is_loopback() && !options.beyond_loopback => {
            return Err(BadConfig::new("mllp", "listens on loopback only, unless --listen-beyond-loopback is given").into());
        }
        Some(at) => {
            let listener = TcpListener::bind(at).await.with_context(|| format!("cannot listen on {at}"))?;
            let at = listener.local_addr()?;
            Some((listener, at))
        }
    };
    let mllp_at = mllp.as_ref().map(|(_, at)| at.to_string());
    let own_url = format!("http://{address}");
    let public = config.public_url.clone().unwrap_or_else(|| own_url.clone());
    let hooks_path = format!("/hooks/{}", workspace.hooks_key);

    let sandbox = (options.profile == Profile::Sandbox).then(|| built_in(&clock));
    let served = match &sandbox {
        Some(sandbox) => {
            sandbox.point_hooks_at(&format!("{public}{hooks_path}"));
            Some(sandbox.serve(SocketAddr::from(([127, 0, 0, 1], 0))).await.context("cannot serve the built-in vendors")?)
        }
        None => None,
    };
    if is_new {
        seed(&mut engine, &config, options.profile, sandbox.as_deref(), &*clock)?;
    } else if let Some(sandbox) = &sandbox {
        remind(sandbox, &engine);
    }
    // A file may seed a live desk live; afterwards only the gate leads out of shadow.
    if options.profile == Profile::Live && !engine.desk.shadow.gate.armed {
        let arm = Change::Shadow(decide::shadow::ShadowChange::Arm);
        engine.turn(clock.now(), &[Incoming::Direct(Input::Change { who: "set-up".into(), change: arm })])?;
    }

    let banners = Arc::new(Banners::default());
    let built_in = sandbox.as_ref().zip(served.as_ref()).and_then(|(s, served)| s.vendors(served.bases()).as_object().cloned());
    let given = Given {
        built_in: built_in.unwrap_or_default(),
        file: config.vendors.clone(),
        bases: options.vendor_bases.clone(),
        own_url: own_url.clone(),
        public_url: config.public_url.clone(),
        // Vendors outside reach us only by a public address; the built-in ones are on this computer.
        reachable: config.public_url.is_some() || sandbox.is_some(),
        folder: folder.path().to_path_buf(),
    };
    let secrets = (options.profile == Profile::Live).then(|| Secrets::of(&home, &key, &workspace.workspace));
    let switchboard = Arc::new(Switchboard::new(given, workspace.clone(), secrets));
    switchboard.on_missing(Box::new({
        let banners = banners.clone();
        move |missing| {
            let _ =
                if missing.is_empty() { banners.lower(Cause::Credentials) } else { banners.raise(Cause::Credentials, missing.join(" ")) };
        }
    }));
    connect(&switchboard, &mut engine, &*clock).await?;
    let transport = Arc::new(HttpTransport::new().context("cannot set up HTTP to the vendors")?);

    switchboard.trials.may_run(tokio::runtime::Handle::current(), transport.clone(), clock.clone());
    let reader = engine.reader()?;
    let admin_reader = engine.reader()?;
    let demo_reader = sandbox.as_ref().map(|_| engine.reader()).transpose()?;
    let engine = Arc::new(Mutex::new(engine));
    let (health, sound, bus) = (Arc::new(Health::default()), Arc::new(Sound::default()), Arc::new(Bus::default()));
    let chart = sandbox.clone();
    let live = Live::start(LiveParts {
        engine: engine.clone(),
        clock: clock.clone(),
        health: health.clone(),
        sound: sound.clone(),
        banners: banners.clone(),
        bus: bus.clone(),
        connected: switchboard.connected(),
        transport,
        enrolled: chart.map(|chart| -> Enrolled { Box::new(move |p| enrol(&chart, p)) }),
    })?;
    // What waited for a set-up when the console was closed may have it now.
    let set_up = Vendor::ALL.map(|vendor| Incoming::Direct(connection(ConnectionChange::Connected { vendor })));
    live.take_all(std::iter::once(Incoming::Direct(Input::Started)).chain(set_up).collect())
        .await
        .context("the first turn could not be stored")?;

    close_tests(&switchboard, &engine, &live, &clock);
    let token = workspace::random(32).map_err(anyhow::Error::msg)?;
    let office_token = workspace::random(32).map_err(anyhow::Error::msg)?;
    let hooks_url = format!("{own_url}{hooks_path}");
    let console_url = format!("{own_url}/#token={token}");
    let demo = sandbox.as_ref().zip(demo_reader).map(|(sandbox, reader)| {
        Arc::new(demo::Player::new(demo::Stage {
            hooks: hooks_url.clone(),
            sandbox: sandbox.clone(),
            live: live.clone(),
            engine: engine.clone(),
            reader: Mutex::new(reader),
            clock: clock.clone(),
            bus: bus.clone(),
            runtime: tokio::runtime::Handle::current(),
        }))
    });
    let keeping = Arc::new(Keeping::new(engine.clone(), clock.clone(), options.data_dir.clone(), workspace.clone()));
    let console = Arc::new(Console::new(ConsoleParts {
        engine: engine.clone(),
        reader,
        sandbox: sandbox.clone(),
        health,
        clock: clock.clone(),
        submit: Arc::new({
            let live = live.clone();
            move |incoming| live.submit(incoming)
        }),
        switchboard: switchboard.clone(),
        facts: Facts {
            profile: options.profile.name().into(),
            folder: options.data_dir.clone(),
            desk_person: (options.profile == Profile::Sandbox).then(sandbox_person),
            mllp: mllp_at.clone(),
            key_home: keys::in_words(&home),
            zone_data: crate::zones::in_words(),
            banners: banners.shown(),
        },
        demo: match &demo {
            Some(demo) => demo.clone(),
            None => Arc::new(NoDemo),
        },
        play: Box::new(demo::play_scenario),
        sound: sound.clone(),
        keeping: keeping.clone(),
    }));

    let (stopping, stop) = watch::channel(false);
    let pump = match &sandbox {
        Some(sandbox) => Some(sandbox.spawn_pump(&hooks_url).context("cannot set up the built-in vendors' webhooks")?),
        None => None,
    };
    let running = Running {
        inner: Arc::new(Inner {
            console: console.clone(),
            live: live.clone(),
            engine: engine.clone(),
            clock: clock.clone(),
            bus: bus.clone(),
            sound,
            demo: demo.clone(),
            hooks_url,
            console_url,
            mllp: mllp_at,
            folder,
            stopping,
            parts: Mutex::default(),
        }),
    };
    let keeper = Arc::new(Keeper::new(live.clone(), switchboard.auth_view()));
    switchboard.on_change(Box::new({
        let keeper = Arc::downgrade(&keeper);
        move |auth| {
            if let Some(keeper) = keeper.upgrade() {
                keeper.change_auth(auth);
            }
        }
    }));
    if let Some((listener, _)) = mllp {
        let (clock, mut stop) = (clock.clone(), stop.clone());
        let now = Arc::new(move || clock.now());
        tokio::spawn(accept::mllp::serve(listener, keeper.clone(), now, accept::mllp::Limits::default(), async move {
            let _ = stop.wait_for(|s| *s).await;
        }));
    }
    let office = admin::Office { live, engine, reader: Mutex::new(admin_reader), folder: options.data_dir.clone() };
    let web = http::Web {
        token: token.clone(),
        port: address.port(),
        office: office_token.clone(),
        call: Arc::new(move |caller, command, args| match caller {
            http::Caller::Screen(session) => console.call_for(session, command, args),
            http::Caller::CommandLine => console.call(&command_line(), command, args),
        }),
        bus,
        screens: http::screens(),
        stopping: stop.clone(),
    };
    let router = accept::router(keeper, Limits::default()).merge(http::router(web, admin::router(office)));
    let mut told_to_stop = stop.clone();
    let serving = tokio::spawn(accept::serve(listener, router, Limits::default(), async move {
        let _ = told_to_stop.wait_for(|s| *s).await;
    }));
    *running.inner.parts.lock().unwrap_or_else(PoisonError::into_inner) =
        Parts { listener: Some(serving), pump, served, safekeeping: None };

    let said = json!({ "pid": std::process::id(), "url": own_url, "token": office_token });
    workspace::write_own(&workspace::running(&options.data_dir), said.to_string().as_bytes()).context("cannot write to the data folder")?;
    tokio::spawn(beat(running.inner.live.clone(), running.inner.engine.clone(), banners.clone(), running.inner.bus.clone(), stop.clone()));
    let safekeeping = keep_safe(keeping, running.inner.live.clone(), banners.clone(), running.inner.bus.clone())?;
    running.inner.parts.lock().unwrap_or_else(PoisonError::into_inner).safekeeping = Some(safekeeping);
    tokio::spawn(end_former_keys(switchboard, running.inner.live.clone(), clock, stop.clone()));
    tokio::spawn(keep_anchors(Arc::downgrade(&running.inner), banners, stop));
    if let (true, Some(demo)) = (options.demo, &demo) {
        demo.set(true, 1.0).map_err(anyhow::Error::msg)?;
    }
    tracing::info!(profile = options.profile.name(), workspace = workspace.workspace, "the console takes traffic");
    Ok(running)
}

fn check(options: &HostOptions) -> Result<(), BadConfig> {
    if !options.listen.ip().is_loopback() && !options.beyond_loopback {
        let why =
            format!("{} can be reached from other computers, without TLS: say --listen-beyond-loopback if that is meant", options.listen);
        return Err(BadConfig::new("listen", why));
    }
    if let Some(key) = &options.workspace_key {
        workspace::check_key(key).map_err(|why| BadConfig::new("workspace-key", why))?;
    }
    if options.demo && options.profile == Profile::Live {
        return Err(BadConfig::new("demo", "the demo day plays in the sandbox only"));
    }
    Ok(())
}

/// Opens the ledger, or makes it. New is one whose trail has no line yet, also after a crash while it was being made.
fn open(folder: &Folder, workspace: &Workspace, key: &Key, clock: &dyn Clock) -> anyhow::Result<(Engine, bool)> {
    let path = workspace::database(folder.path());
    let ledger = if path.try_exists()? {
        Ledger::open(&path, key, Durability::Full)?
    } else {
        let aside = anchors::put_aside(&workspace::anchors(folder.path()), clock.now())?;
        if let Some(aside) = aside {
            tracing::warn!(kept = %aside.display(), "a new database begins where an older one was anchored");
        }
        Ledger::create(&path, key, Durability::Full)?
    };
    let is_new = ledger.anchor().lines == 0;
    let engine = Engine::open(ledger, clock.now(), &workspace.workspace, keys::case_key(key))?;
    Ok((engine, is_new))
}

/// The address as a client on this computer writes it.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(a) if a.ip().is_unspecified() => SocketAddr::from(([127, 0, 0, 1], a.port())),
        SocketAddr::V6(a) if a.ip().is_unspecified() => SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, a.port())),
        other => other,
    }
}

fn built_in(clock: &Arc<dyn Clock>) -> Arc<Sandbox> {
    let mut config = SandboxConfig::default();
    config.twilio.delivered_after_ms = Some(DELIVERED_AFTER_MS);
    config.twilio.flows_post_answers = true;
    let clock = clock.clone();
    Sandbox::new(Arc::new(move || clock.now()), config)
}

/// A change of the console's own.
fn connection(change: ConnectionChange) -> Input {
    Input::Change { who: "console".into(), change: Change::Connection(change) }
}

/// Speaks to the vendors of the file and of the ledger; each secret that is read for it is on the trail before.
async fn connect(switchboard: &Arc<Switchboard>, engine: &mut Engine, clock: &dyn Clock) -> anyhow::Result<()> {
    let rows = engine.desk.connections.clone();
    let home = switchboard.home().unwrap_or_default();
    let read = [(switchboard.in_file(), "the start file".to_string()), (switchboard.to_read(&rows), home)];
    let read = read.into_iter().filter(|(names, _)| !names.is_empty());
    let lines: Vec<Incoming> = read.map(|(names, from)| Incoming::Direct(connection(ConnectionChange::Read { names, from }))).collect();
    if !lines.is_empty() {
        engine.turn(clock.now(), &lines)?;
    }
    let board = switchboard.clone();
    // A keyring may wait for its owner: never on an async thread.
    tokio::task::spawn_blocking(move || board.connect(&rows).and_then(|()| board.check_bases())).await??;
    Ok(())
}

/// A test incident of a console that ended before its test did may be open: it is resolved now.
fn close_tests(switchboard: &Arc<Switchboard>, engine: &Mutex<Engine>, live: &Arc<Live>, clock: &Arc<dyn Clock>) {
    let (began, workspace) = {
        let engine = engine.lock().unwrap_or_else(PoisonError::into_inner);
        let test = engine.desk.connections.get(&Vendor::PagerDuty).and_then(|c| c.tests.get("incident"));
        (test.filter(|t| t.ended.is_none()).map(|t| (t.began, t.by.clone())), engine.desk.workspace.clone())
    };
    let Some((began, by)) = began else { return };
    let trial = vendors::trial::Trial::Resolve { key: trials::incident_key(&workspace, began) };
    if switchboard.trials.take(Vendor::PagerDuty, &trial) {
        let (live, clock) = (live.clone(), clock.clone());
        switchboard.trials.run(switchboard.connected().now(), Vendor::PagerDuty, trial, move |mut lines, took| {
            let said = "the console stopped before the test was over: run it again".to_string();
            lines.push(vendors::CheckLine { what: "incident", verdict: vendors::Verdict::Warning, said });
            let _ = live.submit(vec![trials::ended(&by, clock.now(), Vendor::PagerDuty, "incident", &lines, took)]);
        });
    }
}

/// Ends a former key of the hooks once its time is over.
async fn end_former_keys(switchboard: Arc<Switchboard>, live: Arc<Live>, clock: Arc<dyn Clock>, mut stop: watch::Receiver<bool>) {
    loop {
        if switchboard.expire_former(clock.now()) {
            let change = ConnectionChange::HooksKey { what: "former ended", detail: "its time was over".into() };
            let _ = live.take_all(vec![Incoming::Direct(connection(change))]).await;
        }
        tokio::select! {
            _ = stop.wait_for(|s| *s) => return,
            () = tokio::time::sleep(FORMER_KEY_LOOK) => {}
        }
    }
}

/// The first turn of a new data folder, all or nothing.
fn seed(engine: &mut Engine, config: &Config, profile: Profile, sandbox: Option<&Sandbox>, clock: &dyn Clock) -> anyhow::Result<()> {
    let mut settings = config.settings.clone();
    if profile == Profile::Sandbox {
        settings.entry("mode").or_insert_with(|| json!("live"));
    }
    let change = |change| Incoming::Direct(Input::Change { who: "set-up".into(), change });
    let mut batch = vec![change(Change::Settings(settings))];
    for enrolled in &config.patients {
        let mut patient = enrolled.patient.clone();
        if let Some(sandbox) = sandbox {
            patient.fhir_id = Some(sandbox.add_patient(in_chart(&patient)));
        }
        batch.push(change(Change::Patient(Box::new(patient))));
        if let Some(phone) = &enrolled.opted_out {
            if let Some(sandbox) = sandbox {
                sandbox.opt_out(phone.expose());
            }
            batch.push(change(Change::OptedOut { phone: phone.clone(), out: true }));
        }
    }
    let turned = engine.turn(clock.now(), &batch)?;
    match turned.answers.iter().flatten().find_map(|a| a.refused.clone()) {
        Some(why) => Err(BadConfig::new("settings", why).into()),
        None => Ok(()),
    }
}

/// The built-in vendors remember nothing over a restart: their chart and their opt-outs are told again.
fn remind(sandbox: &Sandbox, engine: &Engine) {
    for patient in engine.desk.patients.values() {
        sandbox.add_patient(in_chart(patient));
    }
    for phone in &engine.desk.opted_out {
        sandbox.opt_out(phone.expose());
    }
}

fn enrol(sandbox: &Sandbox, patient: &Patient) {
    sandbox.add_patient(in_chart(patient));
}

/// A patient as the built-in chart keeps them.
fn in_chart(patient: &Patient) -> ChartPatient {
    ChartPatient {
        fhir_id: patient.fhir_id.clone(),
        birth_date: patient.birth_date.clone(),
        mobile: patient.phone.as_ref().map(|p| p.expose().to_string()),
        ..ChartPatient::named(patient.mrn.expose(), patient.first_name.expose(), patient.last_name.expose())
    }
}

/// Who acts on the command line: the owner of the data folder.
fn command_line() -> Person {
    Person { name: admin::COMMAND_LINE.into(), role: "administrator".into(), ..people::nobody("") }
}

/// The sandbox starts signed in, and its frame says so; a live desk never does.
fn sandbox_person() -> Person {
    Person { name: "Sam Rivers, RN".into(), role: "administrator".into(), ..people::nobody("") }
}

/// Copies, restore tests and archives, on a thread of its own: a copy takes as long as it takes. What is cut off when the
/// console stops leaves a part of a file that the next copy takes away.
fn keep_safe(keeping: Arc<Keeping>, live: Arc<Live>, banners: Arc<Banners>, bus: Arc<Bus>) -> std::io::Result<std::thread::JoinHandle<()>> {
    let work = move || safekeeping::keep(&keeping, &|batch| live.submit(batch), &banners, &bus);
    std::thread::Builder::new().name("safekeeping".into()).spawn(work)
}

/// Keeps the trail's head outside the file at the start and once a day.
async fn keep_anchors(console: std::sync::Weak<Inner>, banners: Arc<Banners>, mut stop: watch::Receiver<bool>) {
    loop {
        let Some(inner) = console.upgrade() else { return };
        let kept = tokio::task::spawn_blocking(move || {
            let path = workspace::anchors(inner.folder.path());
            let today = inner.clock.now().date_naive();
            match anchors::last(&path) {
                Ok(Some(kept)) if kept.at.date_naive() == today => Ok(()),
                Ok(_) => inner.keep_anchor(),
                Err(e) => Err(e),
            }
        });
        match kept.await {
            Ok(Ok(())) => {
                banners.lower(Cause::Anchor);
            }
            Ok(Err(e)) => {
                banners.raise(Cause::Anchor, format!("The head of the audit trail could not be kept outside the database: {e}."));
            }
            Err(_) => {}
        }
        tokio::select! {
            _ = stop.wait_for(|s| *s) => return,
            () = tokio::time::sleep(ANCHOR_LOOK) => {}
        }
    }
}
