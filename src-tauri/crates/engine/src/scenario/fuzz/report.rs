//! What is shown and kept of a broken promise: the shortest timeline that breaks it, as a scenario file.

use super::shrink::shrink;
use super::ward::Broken;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

/// Where found days are kept.
const FOUND: &str = "tests/scenarios/found";

/// Shrinks a day that broke a promise and writes it down, with an expectation that holds once the promise is kept.
pub fn found(day: &Value, broken: &Broken, seed: u64, out: Option<&Path>) -> std::io::Result<PathBuf> {
    let same = |day: &Value| super::try_day(day).into_iter().find(|b| b.promise == broken.promise);
    let small = shrink(day, |d| same(d).is_some());
    let broken = same(&small).unwrap_or_else(|| broken.clone());
    let mut small = small;
    small["name"] = json!(format!("{} (found by seed {seed})", broken.promise));
    small["expect"] = Value::Array(broken.expect.clone());
    small["expect_none"] = Value::Array(broken.expect_none.clone());
    println!("{}", timeline(&small));
    println!("  {}", broken.words);
    let path = match out {
        Some(path) => path.to_path_buf(),
        None => Path::new(FOUND).join(format!("{}_{seed}.json", broken.promise.replace(|c: char| !c.is_alphanumeric(), "_"))),
    };
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, file(&small))?;
    Ok(path)
}

/// The steps, one a line.
fn timeline(day: &Value) -> String {
    let steps = day["timeline"].as_array().cloned().unwrap_or_default();
    steps.iter().map(|s| format!("  {s}")).collect::<Vec<_>>().join("\n")
}

/// A day as the files are written: one member of a list a line.
pub fn file(day: &Value) -> String {
    const ORDER: [&str; 9] = ["format", "name", "start", "until", "settings", "patients", "timeline", "expect", "expect_none"];
    let parts: Vec<String> = ORDER
        .iter()
        .filter(|name| !day[**name].is_null())
        .map(|name| match &day[*name] {
            Value::Array(list) if list.is_empty() => format!("  \"{name}\": []"),
            Value::Array(list) => {
                let members: Vec<String> = list.iter().map(|m| format!("    {m}")).collect();
                format!("  \"{name}\": [\n{}\n  ]", members.join(",\n"))
            }
            other => format!("  \"{name}\": {other}"),
        })
        .collect();
    format!("{{\n{}\n}}\n", parts.join(",\n"))
}
