//! The window as the desktop sees it: is it shown, and close it as its title bar would.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window};
use x11rb::rust_connection::RustConnection;

/// The display of the test.
pub struct Screen {
    x: RustConnection,
    root: Window,
}

impl Screen {
    /// The display that `DISPLAY` names.
    pub fn open() -> Screen {
        let (x, number) = x11rb::connect(None).expect("the test has a display");
        let root = x.setup().roots[number].root;
        Screen { x, root }
    }

    /// Whether a window of that title is on the screen.
    pub fn shows(&self, title: &str) -> bool {
        self.windows(title).into_iter().any(|w| self.is_shown(w))
    }

    /// Asks the shown windows of that title to close, as a click on their close button does.
    pub fn close(&self, title: &str) {
        let [protocols, delete] =
            ["WM_PROTOCOLS", "WM_DELETE_WINDOW"].map(|name| self.x.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom);
        for window in self.windows(title).into_iter().filter(|w| self.is_shown(*w)) {
            let event = ClientMessageEvent::new(32, window, protocols, [delete, x11rb::CURRENT_TIME, 0, 0, 0]);
            self.x.send_event(false, window, EventMask::NO_EVENT, event).unwrap();
        }
        self.x.flush().unwrap();
    }

    fn is_shown(&self, window: Window) -> bool {
        let asked = self.x.get_window_attributes(window).unwrap().reply();
        asked.is_ok_and(|a| a.map_state == MapState::VIEWABLE)
    }

    fn windows(&self, title: &str) -> Vec<Window> {
        let top = self.x.query_tree(self.root).unwrap().reply().unwrap().children;
        top.into_iter().filter(|w| self.title(*w).as_deref() == Some(title)).collect()
    }

    fn title(&self, window: Window) -> Option<String> {
        let asked = self.x.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64).ok()?;
        String::from_utf8(asked.reply().ok()?.value).ok()
    }
}
