//! A console of a test: the built program, its folder, its HTTP.

use serde_json::{json, Value};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The key of the hooks' path in every test.
pub const KEY: &str = "journeys-key-2026";
/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program as built from this source.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(named) = std::env::var_os("CARELOOP_BIN") {
            return named.into();
        }
        let test = std::env::current_exe().expect("the test's own path");
        let folder = test.parent().and_then(Path::parent).expect("the build folder").to_path_buf();
        let program = folder.join("careloop");
        let age = |p: &Path| p.metadata().and_then(|m| m.modified()).ok();
        if age(&program).is_none_or(|built| Some(built) < age(&test)) {
            let mut build = Command::new(env!("CARGO"));
            build.args(["build", "--quiet", "--workspace", "--bin", "careloop"]).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
            if folder.file_name().is_some_and(|name| name == "release") {
                build.arg("--release");
            }
            assert!(build.status().expect("cargo runs").success(), "careloop cannot be built");
        }
        program
    })
}

/// A folder and everything beside it that a console needs.
pub struct Place {
    pub folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Writes a file beside the data folder.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("the file is written");
        path
    }

    /// A command on this folder.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(words).arg("--data-dir").arg(self.data()).arg("--key-file").arg(self.key_file()).stdin(Stdio::null());
        command
    }

    /// Starts a console and waits until it takes traffic.
    pub fn start(&self, more: &[&str]) -> Console {
        self.try_start(more).unwrap_or_else(|ended| panic!("the console ended: {} {}", ended.status, ended.said))
    }

    /// Starts a console; what it said if it ended instead.
    pub fn try_start(&self, more: &[&str]) -> Result<Console, Ended> {
        let mut command = self.command(&["run", "--workspace-key", KEY]);
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log()).expect("the log");
        let mut child = command.args(more).stdout(Stdio::piped()).stderr(log).spawn().expect("careloop starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        if line.is_empty() {
            let status = child.wait().expect("it ended");
            return Err(Ended { status, said: std::fs::read_to_string(self.log()).unwrap_or_default() });
        }
        let ready: Value = serde_json::from_str(&line).expect("the ready line is JSON");
        assert_eq!(ready["ready"], json!(true));
        let said = |name: &str| ready[name].as_str().unwrap_or_default().to_string();
        let (url, token) =
            said("console").split_once("/#token=").map(|(u, t)| (u.to_string(), t.to_string())).expect("a link with a token");
        Ok(Console { child, hooks: said("hooks"), url, token, agent: agent(), _out: out })
    }
}

/// A console that ended by itself.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub said: String,
}

/// A client that takes every status as an answer.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(30))).proxy(None).build().into()
}

/// An answer over HTTP.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    /// Seconds after which to come again.
    retry_after: Option<u64>,
}

impl Answer {
    /// After how many seconds the sender is asked to come again.
    pub fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text))
    }
}

/// A running console. It is killed when it goes out of scope.
pub struct Console {
    child: Child,
    pub hooks: String,
    pub url: String,
    pub token: String,
    agent: ureq::Agent,
    _out: BufReader<std::process::ChildStdout>,
}

impl Drop for Console {
    fn drop(&mut self) {
        self.cut_power();
    }
}

impl Console {
    /// As a power cut: nothing more is written.
    pub fn cut_power(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM, and how it ended.
    pub fn terminate(mut self) -> ExitStatus {
        let asked = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(asked.success());
        self.child.wait().expect("it ended")
    }

    /// Posts to a hook, or to any address; none if nobody answered.
    pub fn try_post(&self, address: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
        let mut request = self.agent.post(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.send(body).ok()?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get("retry-after").and_then(|v| v.to_str().ok()?.parse().ok());
        Some(Answer { status, text: answer.body_mut().read_to_string().ok()?, retry_after })
    }

    pub fn post(&self, hook: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_post(&format!("{}/{hook}", self.hooks), headers, body).expect("an answer")
    }

    /// Posts a FHIR resource.
    pub fn fhir(&self, resource: &Value) -> Answer {
        self.post("fhir", &[("content-type", "application/fhir+json")], resource.to_string().as_bytes())
    }

    pub fn get(&self, path: &str) -> Answer {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).call().expect("an answer");
        Answer { status: answer.status().as_u16(), text: answer.body_mut().read_to_string().expect("a text"), retry_after: None }
    }

    /// Calls a command of the console as its screens do.
    pub fn call(&self, command: &str, args: Value) -> Value {
        let answer = self.ask("", command, args);
        assert_eq!(answer.status, 200, "{command}: {}", answer.text);
        answer.json()
    }

    /// The same for somebody who has signed in, whatever is answered.
    pub fn ask(&self, session: &str, command: &str, args: Value) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        self.try_post(
            &format!("{}/api/call/{command}", self.url),
            &[("authorization", &bearer), ("careloop-session", session), ("content-type", "application/json")],
            args.to_string().as_bytes(),
        )
        .expect("an answer")
    }

    /// Makes the first administrator of a live desk, second factor and all; the session's word.
    pub fn first_administrator(&self) -> String {
        let entered = self.call("first_administrator", json!({ "login": "dana", "name": "Dana Vale", "password": "lantern river copper" }));
        let session = entered["session"].as_str().expect("a session").to_string();
        let factor = self.ask(&session, "second_factor", json!({})).json();
        let secret = factor["secret"].as_str().expect("a secret").replace('-', "");
        let totp = totp_rs::Builder::new().with_secret(totp_rs::Secret::try_from_base32(secret).expect("base32")).build_noncompliant();
        let now = chrono::Utc::now().timestamp() as u64;
        let confirmed = self.ask(&session, "confirm_second_factor", json!({ "code": totp.generate(now).to_string() }));
        assert_eq!(confirmed.status, 200, "{}", confirmed.text);
        session
    }

    /// Every row of the Worklist, closed ones too.
    pub fn rows(&self) -> Vec<Value> {
        self.call("worklist", json!({ "since": 0, "closed": true }))["rows"].as_array().cloned().unwrap_or_default()
    }

    /// The patient's row.
    pub fn row(&self, mrn: &str) -> Option<Value> {
        self.rows().into_iter().find(|r| r["patient"]["mrn"] == json!(mrn))
    }

    /// One of the counters of `/metrics`.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics").text;
        text.lines().filter_map(|l| l.rsplit_once(' ')).find(|(n, _)| *n == name).map_or(0, |(_, v)| v.parse().expect("a number"))
    }

    /// Collects what the console tells its screens, until the console ends.
    pub fn hear(&self) -> std::sync::mpsc::Receiver<Value> {
        let (tell, heard) = std::sync::mpsc::channel();
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let answer = agent.get(format!("{}/api/events?token={}", self.url, self.token)).call().expect("an event stream");
        std::thread::spawn(move || {
            let lines = BufReader::new(answer.into_body().into_reader());
            for line in lines.lines().map_while(Result::ok) {
                if let Some(notice) = line.strip_prefix("data: ").and_then(|d| serde_json::from_str(d).ok()) {
                    if tell.send(notice).is_err() {
                        return;
                    }
                }
            }
        });
        heard
    }
}

/// Waits for something to be there.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "it did not happen: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Everything a command said, and how it ended.
pub fn said(command: &mut Command) -> (i32, String) {
    let out = command.output().expect("it runs");
    let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    (out.status.code().unwrap_or(-1), text)
}

/// A port of this computer that nobody listens on now.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

/// Reads a whole file as text, whatever is in it.
pub fn text_of(path: &Path) -> String {
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|mut f| f.read_to_end(&mut bytes)).expect("the file is read");
    String::from_utf8_lossy(&bytes).into_owned()
}
