//! Which vendors are spoken to now: what this start was given, and what was set up on screen.
//!
//! A change makes new connectors beside the old ones and puts them in their place at once: what is under way ends with
//! those it began with. Webhooks are checked against the new secrets from the next request on.

use crate::config::{vendor_base, BadConfig};
use crate::trials::Trials;
use crate::vault::{Secrets, VaultError};
use crate::workspace::{new_key, FormerKey, Workspace};
use accept::AuthView;
use decide::connections::{named, Connection};
use decide::outbox::Vendor;
use decide::At;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use vendors::{fields, Connections, Secret, VendorConfig};

/// Where each vendor is: base address, and whether it is the built-in one.
pub type Places = Vec<(Vendor, String, bool)>;

/// Where a vendor's set-up comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    BuiltIn,
    /// The `--config` file of this start.
    File,
    /// Set up on screen.
    Desk,
    None,
}

impl From {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            From::BuiltIn => "built_in",
            From::File => "file",
            From::Desk => "desk",
            From::None => "none",
        }
    }
}

/// What this start was given.
#[derive(Default)]
pub struct Given {
    /// Set-ups of the built-in vendors.
    pub built_in: Map<String, Value>,
    /// Set-ups of the `--config` file: they count for this start, whatever is set on screen.
    pub file: Map<String, Value>,
    /// `--vendor NAME=URL`.
    pub bases: Vec<(String, String)>,
    /// The listener's own `http://host:port`.
    pub own_url: String,
    pub public_url: Option<String>,
    /// Vendors can reach the hooks: a public address, or vendors on this computer.
    pub reachable: bool,
    /// The data folder.
    pub folder: PathBuf,
}

/// The connections as they are now; an attempt keeps those it began with.
pub struct Connected(RwLock<Arc<Connections>>);

impl Connected {
    /// With those.
    pub fn new(connections: Connections) -> Self {
        Self(RwLock::new(Arc::new(connections)))
    }

    /// Those of this moment.
    pub fn now(&self) -> Arc<Connections> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn swap(&self, connections: Connections) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(connections);
    }
}

/// Hears of new keys and secrets.
type ChangeAuth = Box<dyn Fn(AuthView) + Send + Sync>;
/// Hears of secrets that could not be read, each a sentence; empty = all could.
type Missing = Box<dyn Fn(&[String]) + Send + Sync>;

/// The one place that knows every vendor's set-up, its secrets included.
pub struct Switchboard {
    given: Given,
    /// None: a host without a vault (scenarios, the sandbox).
    secrets: Option<Mutex<Secrets>>,
    /// Secrets in memory, by their entries.
    held: Mutex<BTreeMap<String, Secret>>,
    places: RwLock<Places>,
    connected: Arc<Connected>,
    /// The keys of the hooks are in it.
    workspace: Mutex<Workspace>,
    /// Connection tests under way.
    pub trials: Trials,
    auth: OnceLock<ChangeAuth>,
    missing: OnceLock<Missing>,
    alone: Mutex<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Switchboard {
    /// With nothing connected until `connect`.
    pub fn new(given: Given, workspace: Workspace, secrets: Option<Secrets>) -> Self {
        Self {
            workspace: Mutex::new(workspace),
            trials: Trials::default(),
            given,
            secrets: secrets.map(Mutex::new),
            held: Mutex::default(),
            places: RwLock::default(),
            connected: Arc::new(Connected::new(Connections::new(VendorConfig::default(), None))),
            auth: OnceLock::new(),
            missing: OnceLock::new(),
            alone: Mutex::default(),
        }
    }

    /// Vendors that only seem to be there: for tests of the screens.
    pub fn seeming(places: Places, own_url: &str, hooks_key: &str) -> Self {
        let workspace = Workspace { workspace: "ward".into(), hooks_key: hooks_key.into(), key_made_at: None, former: None };
        let board = Self::new(Given { own_url: own_url.into(), ..Given::default() }, workspace, None);
        *board.places.write().unwrap_or_else(PoisonError::into_inner) = places;
        board
    }

    /// What the chart last granted, each permission and how it stands; empty = it was not asked yet.
    pub fn scopes(&self, appointments: bool) -> Vec<(String, &'static str)> {
        let granted = self.connected.now().granted();
        vendors::cerner::scope::standing(&granted, appointments).into_iter().map(|(name, s)| (name, s.name())).collect()
    }

    /// What the courier carries with.
    pub fn connected(&self) -> Arc<Connected> {
        self.connected.clone()
    }

    /// Where each vendor is.
    pub fn places(&self) -> Places {
        self.places.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `http://127.0.0.1:PORT/hooks/KEY`.
    pub fn hooks_url(&self) -> String {
        format!("{}/hooks/{}", self.given.own_url, lock(&self.workspace).hooks_key)
    }

    /// The same without its secret part.
    pub fn hooks_url_hidden(&self) -> String {
        format!("{}/hooks/••••••••", self.given.own_url)
    }

    /// When the key of the hooks was made; none = with the workspace.
    pub fn key_made_at(&self) -> Option<At> {
        lock(&self.workspace).key_made_at
    }

    /// Until when a former key still opens the hooks; none = there is none.
    pub fn former_until(&self) -> Option<At> {
        lock(&self.workspace).former.as_ref().map(|f| f.until)
    }

    /// A new key; the present one is good until then. It counts once `connect` was called.
    pub fn new_hooks_key(&self, now: At, until: At) -> std::io::Result<()> {
        let mut workspace = lock(&self.workspace);
        let key = new_key().map_err(std::io::Error::other)?;
        let former = (until > now).then(|| FormerKey { key: workspace.hooks_key.clone(), until });
        let new = Workspace { hooks_key: key, key_made_at: Some(now), former, ..workspace.clone() };
        new.keep(&self.given.folder)?;
        *workspace = new;
        Ok(())
    }

    /// The former key opens nothing from the next request on.
    pub fn end_former(&self) -> std::io::Result<()> {
        {
            let mut workspace = lock(&self.workspace);
            let new = Workspace { former: None, ..workspace.clone() };
            // What cannot be written is ended all the same, as far as this start goes.
            let kept = new.keep(&self.given.folder);
            *workspace = new;
            kept?;
        }
        self.tell_auth();
        Ok(())
    }

    /// Ends a former key whose time is over; true if it just ended.
    pub fn expire_former(&self, now: At) -> bool {
        let over = self.former_until().is_some_and(|until| until <= now);
        if over {
            if let Err(error) = self.end_former() {
                tracing::error!(%error, "the end of a former key could not be written to the data folder");
                self.tell_auth();
            }
        }
        over
    }

    fn tell_auth(&self) {
        if let Some(change) = self.auth.get() {
            change(self.auth_view());
        }
    }

    /// Where secrets are kept, in words; none = nowhere.
    pub fn home(&self) -> Option<String> {
        self.secrets.as_ref().map(|s| lock(s).in_words())
    }

    /// Where a vendor's set-up comes from.
    pub fn from(&self, vendor: Vendor, rows: &BTreeMap<Vendor, Connection>) -> From {
        if self.given.file.contains_key(vendor.name()) {
            From::File
        } else if rows.get(&vendor).is_some_and(is_set) {
            From::Desk
        } else if self.given.built_in.contains_key(vendor.name()) {
            From::BuiltIn
        } else {
            From::None
        }
    }

    /// Secrets of the start file, by their names on the trail.
    pub fn in_file(&self) -> Vec<String> {
        let vendors = self.given.file.iter().filter_map(|(name, set_up)| Some((Vendor::named(name)?, set_up)));
        vendors
            .flat_map(|(vendor, set_up)| {
                let secret = move |f: &&fields::Field| f.kind.is_secret() && set_up.get(f.name).is_some_and(|v| !v.is_null());
                fields::fields(vendor).iter().filter(secret).map(move |f| named(vendor, f.name))
            })
            .collect()
    }

    /// Secrets that `connect` will read from their home: those that count and are not in memory yet.
    pub fn to_read(&self, rows: &BTreeMap<Vendor, Connection>) -> Vec<String> {
        let held = lock(&self.held);
        let counts = rows.values().filter(|c| self.from(c.vendor, rows) == From::Desk);
        counts
            .flat_map(|c| c.secrets.iter().map(move |(name, kept)| (c.vendor, name, kept)))
            .filter(|(_, _, kept)| !held.contains_key(&kept.entry))
            .map(|(vendor, name, _)| named(vendor, name))
            .collect()
    }

    /// Keeps a secret under a new entry, and in memory. Blocking.
    pub fn keep(&self, entry: &str, secret: &str) -> Result<(), VaultError> {
        let secrets = self.secrets.as_ref().ok_or_else(|| VaultError::Keyring { said: "this console has none".into() })?;
        lock(secrets).keep(entry, secret)?;
        lock(&self.held).insert(entry.into(), Secret::new(secret));
        Ok(())
    }

    /// Forgets entries that nothing names any more. Blocking.
    pub fn forget<'a>(&self, entries: impl IntoIterator<Item = &'a String>) {
        let Some(secrets) = &self.secrets else { return };
        for entry in entries {
            lock(&self.held).remove(entry);
            if let Err(error) = lock(secrets).forget(entry) {
                tracing::warn!(%error, "a former credential stays in the keyring: nothing uses it");
            }
        }
    }

    /// Speaks to the vendors of those rows from now on; what is not in memory is read from its home. Blocking.
    /// A vendor whose secret cannot be read is not connected, and `on_missing` hears of it.
    pub fn connect(&self, rows: &BTreeMap<Vendor, Connection>) -> Result<(), BadConfig> {
        let mut missing = Vec::new();
        let mut all = self.given.built_in.clone();
        for row in rows.values().filter(|c| self.from(c.vendor, rows) == From::Desk) {
            match self.secrets_of(row) {
                Ok(secrets) => drop(all.insert(row.vendor.name().into(), fields::assemble(row.vendor, &row.parts, &secrets))),
                Err(why) => missing.push(why),
            }
        }
        all.extend(self.given.file.clone());
        let mut vendors = VendorConfig::read(Value::Object(all.clone())).map_err(|why| BadConfig::new("vendors", why))?;
        let mut elsewhere: Vec<(Vendor, String)> = Vec::new();
        for (name, url) in &self.given.bases {
            let (vendor, base) = vendor_base(name, url)?;
            if vendors.rebase(vendor, &base) || vendor == Vendor::Ehr {
                elsewhere.push((vendor, base));
            }
        }
        let place = |vendor: Vendor| {
            let said = &all.get(vendor.name())?;
            let given = ["base", "webhook_url", "endpoint", "mllp"].iter().find_map(|f| said.get(*f)).and_then(Value::as_str);
            let given = given.or_else(|| fields::named(vendor, "base")?.otherwise).unwrap_or_default();
            let base = elsewhere.iter().rev().find(|(v, _)| *v == vendor).map_or(given, |(_, b)| b);
            let own = self.from(vendor, rows) == From::BuiltIn && elsewhere.iter().all(|(v, _)| *v != vendor);
            // The origin only: a webhook's path is a secret.
            Some((vendor, vendors::form::origin(base).to_string(), own))
        };
        *self.places.write().unwrap_or_else(PoisonError::into_inner) = Vendor::ALL.into_iter().filter_map(place).collect();
        self.connected.swap(Connections::new(vendors, self.vendors_hooks()));
        self.tell_auth();
        if let Some(hear) = self.missing.get() {
            hear(&missing);
        }
        Ok(())
    }

    /// Each base of `--vendor` belongs to a vendor that is set up.
    pub fn check_bases(&self) -> Result<(), BadConfig> {
        let places = self.places();
        for (name, url) in &self.given.bases {
            let (vendor, _) = vendor_base(name, url)?;
            if vendor != Vendor::Ehr && !places.iter().any(|(v, _, _)| *v == vendor) {
                return Err(BadConfig::new(
                    format!("vendor {name}"),
                    "is not set up: give its account in --config, or connect it on screen first",
                ));
            }
        }
        Ok(())
    }

    fn secrets_of(&self, row: &Connection) -> Result<BTreeMap<String, Secret>, String> {
        let mut found = BTreeMap::new();
        for (name, kept) in &row.secrets {
            let held = lock(&self.held).get(&kept.entry).cloned();
            let secret = match (held, &self.secrets) {
                (Some(secret), _) => secret,
                (None, Some(secrets)) => {
                    let said = match lock(secrets).read(&kept.entry) {
                        Ok(Some(text)) => Ok(Secret::new(text.as_str())),
                        Ok(None) => Err(format!("is not in {} any more", lock(secrets).in_words())),
                        Err(error) => Err(format!("could not be read: {error}")),
                    };
                    said.map_err(|why| {
                        format!("{} {why}. Set it again under Connections; until then nothing goes there.", named(row.vendor, name))
                    })?
                }
                (None, None) => return Err(format!("{} has no home here", named(row.vendor, name))),
            };
            lock(&self.held).insert(kept.entry.clone(), secret.clone());
            found.insert(name.clone(), secret);
        }
        Ok(found)
    }

    /// Where vendors outside reach the hooks.
    fn vendors_hooks(&self) -> Option<String> {
        let public = self.given.public_url.as_ref().unwrap_or(&self.given.own_url);
        self.given.reachable.then(|| format!("{public}/hooks/{}", lock(&self.workspace).hooks_key))
    }

    /// What lets a webhook in now.
    pub fn auth_view(&self) -> AuthView {
        let vendors = self.connected.now();
        let workspace = lock(&self.workspace).clone();
        let keys = std::iter::once(workspace.hooks_key).chain(workspace.former.map(|f| f.key)).map(Secret::new).collect();
        AuthView {
            keys,
            public_url: self.given.public_url.clone(),
            own_url: self.given.own_url.clone(),
            twilio_tokens: vendors.config.twilio.as_ref().map(|t| t.webhook_tokens()).unwrap_or_default(),
            pagerduty_secrets: vendors.config.pagerduty.as_ref().map(|p| p.webhook_secrets()).unwrap_or_default(),
            rates: Default::default(),
        }
    }

    /// Who hears of new keys and secrets.
    pub fn on_change(&self, change: ChangeAuth) {
        let _ = self.auth.set(change);
    }

    /// Who hears of secrets that could not be read.
    pub fn on_missing(&self, hear: Missing) {
        let _ = self.missing.set(hear);
    }

    /// One change at a time: two forms for one vendor must not lose each other's fields.
    pub fn alone(&self) -> MutexGuard<'_, ()> {
        lock(&self.alone)
    }
}

/// More than the tests of a vendor that was set up elsewhere.
fn is_set(row: &Connection) -> bool {
    !row.parts.is_empty() || !row.secrets.is_empty()
}
