//! As much of the W3C WebDriver protocol as the window's tests speak, straight to WebKitWebDriver.

use serde_json::{json, Value};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const STEP: Duration = Duration::from_millis(100);
/// How many steps a wait takes before it gives up; generous, because a busy machine is slow, not wrong.
const STEPS_MAX: usize = 600;

/// A WebDriver with one session: the window.
pub struct Driver {
    server: Child,
    agent: ureq::Agent,
    session: String,
}

/// An element on the screen.
pub struct Element<'a> {
    driver: &'a Driver,
    id: String,
}

impl Driver {
    /// Starts the window with these arguments and takes hold of it.
    pub fn open(window: &Path, args: &[String]) -> Driver {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // Without these the page stays blank on a virtual display.
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .stdin(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver starts");
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut driver = Driver { server, agent, session: format!("http://127.0.0.1:{port}") };
        driver.until("the driver answers", || driver.try_get("/status").is_some().then_some(()));
        // A browserName would be compared with that of a browser, and refused.
        let options = json!({ "binary": window, "args": args });
        let asked = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let session = driver.post("/session", &asked);
        let id = session["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {session}")).to_string();
        driver.session += &format!("/session/{id}");
        driver
    }

    /// The first element that the CSS selector finds, once it is there.
    pub fn find(&self, css: &str) -> Element<'_> {
        self.until(css, || self.look(css))
    }

    /// Waits until no element is found any more.
    pub fn gone(&self, css: &str) {
        self.until(&format!("no {css}"), || self.look(css).is_none().then_some(()));
    }

    /// The first element that the CSS selector finds now.
    pub fn look(&self, css: &str) -> Option<Element<'_>> {
        self.locate("css selector", css)
    }

    /// The element of that XPath, once it is there.
    pub fn find_path(&self, xpath: &str) -> Element<'_> {
        self.until(xpath, || self.locate("xpath", xpath))
    }

    fn locate(&self, using: &str, value: &str) -> Option<Element<'_>> {
        let found = self.post("/element", &json!({ "using": using, "value": value }));
        Some(Element { driver: self, id: found[ELEMENT].as_str()?.to_string() })
    }

    /// A button (or link, tab, menu item) by the words on it.
    pub fn button(&self, words: &str) -> Element<'_> {
        let roles = "self::button or self::a or @role='button' or @role='tab' or @role='menuitem' or @role='radio'";
        self.find_path(&format!(
            "//*[{roles}][normalize-space()='{words}' or @aria-label='{words}' or .//span[normalize-space()='{words}']]"
        ))
    }

    /// Asks the engine as the screen does.
    pub fn call(&self, command: &str, args: Value) -> Value {
        let script = "const [name, args, done] = arguments; \
            window.__TAURI_INTERNALS__.invoke('call', { name, args }).then(ok => done({ ok }), refused => done({ refused }));";
        let said = self.post("/execute/async", &json!({ "script": script, "args": [command, args] }));
        assert!(said.get("ok").is_some(), "{command} was refused: {said}");
        said["ok"].clone()
    }

    /// Presses keys, wherever the focus is.
    pub fn keys(&self, keys: &str) {
        let strokes: Vec<Value> =
            keys.chars().flat_map(|key| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]).collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": strokes }] }));
    }

    /// Everything readable on the screen.
    pub fn words(&self) -> String {
        let script = json!({ "script": "return document.body.innerText", "args": [] });
        self.post("/execute/sync", &script).as_str().unwrap_or_default().to_string()
    }

    /// Waits for something to hold, and says what did not.
    pub fn until<T>(&self, what: &str, holds: impl FnMut() -> Option<T>) -> T {
        self.within(STEPS_MAX, what, holds)
    }

    /// The same for what takes minutes by its own rule.
    pub fn patiently<T>(&self, what: &str, holds: impl FnMut() -> Option<T>) -> T {
        self.within(STEPS_MAX * 4, what, holds)
    }

    fn within<T>(&self, steps: usize, what: &str, mut holds: impl FnMut() -> Option<T>) -> T {
        for _ in 0..steps {
            if let Some(value) = holds() {
                return value;
            }
            sleep(STEP);
        }
        panic!("never seen: {what}\non the screen:\n{}", self.words())
    }

    /// The field under that label, once it is there.
    pub fn field(&self, label: &str) -> Element<'_> {
        self.find_path(&format!("//label[normalize-space()='{label}']/following::input[1]"))
    }

    fn try_get(&self, path: &str) -> Option<Value> {
        let mut answer = self.agent.get(format!("{}{path}", self.session)).call().ok()?;
        answer.body_mut().read_json().ok()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let sent = self.agent.post(format!("{}{path}", self.session)).send_json(body);
        let mut answer = sent.unwrap_or_else(|e| panic!("the driver does not answer {path}: {e}"));
        let said: Value = answer.body_mut().read_json().unwrap_or_default();
        said["value"].clone()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ending the session ends the window with it.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Element<'_> {
    /// Clicks it.
    pub fn click(&self) {
        let said = self.act("click", json!({}));
        assert!(said.is_null(), "it cannot be clicked: {said}");
    }

    /// Clicks it if it is still there and can be clicked.
    pub fn try_click(&self) {
        self.act("click", json!({}));
    }

    /// Types into it.
    pub fn type_text(&self, text: &str) {
        self.act("value", json!({ "text": text }));
    }

    fn act(&self, what: &str, with: Value) -> Value {
        self.driver.post(&format!("/element/{}/{what}", self.id), &with)
    }
}
