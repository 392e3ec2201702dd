//! What the text of a file gives away.

use super::Finding;

const LONGEST_LINES: usize = 600;

/// Everything that may stand at the top, besides dot-files.
const TOP: &[&str] = &["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "icons", "rust-toolchain.toml", "src-tauri", "tests", "ui"];

/// Files and folders that ask what time it is; everywhere else time is an argument.
const CLOCKS: &[&str] = &[
    "src-tauri/crates/engine/src/clock.rs",
    // Measures how long its parts take.
    "src-tauri/xtask/",
];

/// Files and folders that also measure how long something takes, and decide nothing by it.
const STOPWATCHES: &[&str] = &[
    // Rates and patience of a connection.
    "src-tauri/crates/accept/src/",
];

// Written in halves, so that this file does not find itself.
const CLOCK_READS: &[&str] = &[
    concat!("Utc::", "now"),
    concat!("Local::", "now"),
    concat!("SystemTime::", "now"),
    concat!("Zoned::", "now"),
    concat!("Timestamp::", "now"),
];
const STOPWATCH_READS: &[&str] = &[concat!("Instant::", "now")];
const UNFINISHED: &[&str] = &[concat!("todo", "!("), concat!("unimplemented", "!("), concat!("FIX", "ME"), concat!("XX", "X")];
const REGISTRIES: &[&str] = &[
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("crates", ".io-index"),
    concat!("pypi", ".org"),
    concat!("deb.", "debian.org"),
];
const MACHINE_PATHS: &[&str] = &[concat!("/work", "/"), concat!("/root", "/"), concat!("/home", "/")];

/// Names at the top that do not belong there.
pub fn top_level(files: &[String]) -> Vec<Finding> {
    let mut odd: Vec<&str> =
        files.iter().filter_map(|f| f.split('/').next()).filter(|name| !name.starts_with('.') && !TOP.contains(name)).collect();
    odd.dedup();
    odd.into_iter().map(|name| Finding { rule: "top-level", place: name.into(), what: "does not belong at the top".into() }).collect()
}

/// The findings of one file.
pub fn check(file: &str, content: &str) -> Vec<Finding> {
    let lock = file.ends_with("Cargo.lock") || file.ends_with("package-lock.json");
    let generated = file.starts_with("ui/src/generated/");
    let code = [".rs", ".ts", ".tsx", ".css"].iter().any(|end| file.ends_with(end));
    let mut found = Vec::new();
    let mut find = |rule, line: usize, what: String| {
        found.push(Finding { rule, place: format!("{file}:{line}"), what });
    };

    let length = content.lines().count();
    if code && !generated && length > LONGEST_LINES {
        find("long-file", length, format!("{length} lines; {LONGEST_LINES} are the most"));
    }
    let timeless =
        file.ends_with(".rs") && file.starts_with("src-tauri/") && !["/tests/", "/examples/"].iter().any(|apart| file.contains(apart));
    let among = |allowed: &[&str]| allowed.iter().any(|place| file.starts_with(place));
    let forbidden_reads = match timeless && !among(CLOCKS) {
        true if among(STOPWATCHES) => CLOCK_READS.to_vec(),
        true => [CLOCK_READS, STOPWATCH_READS].concat(),
        false => Vec::new(),
    };
    let mut in_tests = false;
    for (number, line) in (1..).zip(content.lines()) {
        in_tests |= line.trim_start().starts_with("#[cfg(test)]");
        if code {
            for mark in UNFINISHED.iter().filter(|mark| has_word(line, mark)) {
                find("unfinished", number, format!("{mark} is not finished work"));
            }
        }
        if !in_tests {
            for read in forbidden_reads.iter().filter(|read| line.contains(**read)) {
                find("clock", number, format!("{read} outside the clock's own file"));
            }
        }
        if !lock {
            for address in REGISTRIES.iter().filter(|a| line.contains(**a)) {
                find("registry-address", number, format!("{address} belongs in lock files only"));
            }
            for path in MACHINE_PATHS.iter().filter(|p| starts_a_path(line, p)) {
                find("machine-path", number, format!("{path} is a folder of one machine"));
            }
        }
        if code && file.starts_with("ui/") && !file.starts_with("ui/src/host/") && line.contains("@tauri-apps") {
            find("window-import", number, "only ui/src/host knows the window".into());
        }
    }
    found
}

/// `mark`, and not as a part of a longer word.
fn has_word(line: &str, mark: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(mark).any(|(at, _)| {
        let after = &line[at + mark.len()..];
        !part(line[..at].chars().next_back()) && (mark.ends_with('(') || !part(after.chars().next()))
    })
}

/// The path begins there: not the middle of a longer path or of an address.
fn starts_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '/' | '.' | '-' | '_' | '}' | '*' | '~' | ')'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(file: &str, content: &str) -> Vec<&'static str> {
        check(file, content).into_iter().map(|f| f.rule).collect()
    }

    #[test]
    fn a_clock_read_in_the_middle_of_a_decision_is_found() {
        let line = format!("let now = {}();", CLOCK_READS[0]);
        assert_eq!(rules("src-tauri/crates/decide/src/evaluate.rs", &line), ["clock"]);
        assert!(rules("src-tauri/crates/engine/src/clock.rs", &line).is_empty());
        assert!(rules("src-tauri/crates/decide/src/evaluate.rs", &format!("#[cfg(test)]\n{line}")).is_empty());
    }

    #[test]
    fn a_listener_may_hold_a_stopwatch_but_not_ask_the_time() {
        let watch = format!("let start = {}();", STOPWATCH_READS[0]);
        let clock = format!("let now = {}();", CLOCK_READS[0]);
        assert!(rules("src-tauri/crates/accept/src/gate.rs", &watch).is_empty());
        assert_eq!(rules("src-tauri/crates/accept/src/gate.rs", &clock), ["clock"]);
        assert_eq!(rules("src-tauri/crates/ledger/src/open.rs", &watch), ["clock"]);
    }

    #[test]
    fn a_file_that_grew_too_long_is_found_unless_it_is_generated() {
        let long = "x\n".repeat(LONGEST_LINES + 1);
        assert_eq!(rules("ui/src/parts/Row.tsx", &long), ["long-file"]);
        assert!(rules("ui/src/generated/Commands.ts", &long).is_empty());
    }

    #[test]
    fn unfinished_work_is_found_but_not_a_longer_word() {
        assert_eq!(rules("ui/src/a.ts", &format!("// {} later", UNFINISHED[2])), ["unfinished"]);
        assert!(rules("ui/src/a.ts", &format!("const A{}L = 1;", UNFINISHED[3])).is_empty());
    }

    #[test]
    fn the_window_is_known_in_one_folder_of_the_screens() {
        let import = "import { invoke } from \"@tauri-apps/api/core\";";
        assert_eq!(rules("ui/src/screens/worklist/Row.tsx", import), ["window-import"]);
        assert!(rules("ui/src/host/window.ts", import).is_empty());
    }

    #[test]
    fn a_path_of_one_machine_is_found_but_not_a_route() {
        assert_eq!(rules("README.md", &format!("see {}x", MACHINE_PATHS[0])), ["machine-path"]);
        assert!(rules("README.md", &format!("GET https://x.example/api{}list", MACHINE_PATHS[2])).is_empty());
    }

    #[test]
    fn a_new_file_at_the_top_is_found() {
        let files = ["README.md", "notes.txt", ".gitignore", "ui/src/a.ts"].map(String::from);
        assert_eq!(top_level(&files).into_iter().map(|f| f.place).collect::<Vec<_>>(), ["notes.txt"]);
    }

    #[test]
    fn a_registry_address_is_for_lock_files() {
        let line = format!("https://{}/react", REGISTRIES[0]);
        assert_eq!(rules("ui/.npmrc", &line), ["registry-address"]);
        assert!(rules("ui/package-lock.json", &line).is_empty());
    }
}
