//! Which crate may lean on which: the order of the flow, kept by the manifests.

use super::Finding;
use crate::{process, Outcome};
use serde_json::Value;
use std::process::Command;

/// The members each member may depend on. `careloop-tests` may see everything.
const INSIDE: &[(&str, &[&str])] = &[
    ("wire", &[]),
    ("decide", &[]),
    ("ledger", &["decide"]),
    ("vendors", &["decide"]),
    ("accept", &["decide", "vendors"]),
    ("sandbox", &["decide", "vendors"]),
    ("engine", &["accept", "decide", "ledger", "sandbox", "vendors", "wire"]),
    ("careloop-console", &["engine", "wire"]),
    ("xtask", &[]),
];

/// Packages that belong to these members alone. A name that ends in `*` is a beginning.
const BELONGS: &[(&str, &[&str])] = &[
    ("tauri*", &["careloop-console"]),
    ("notify-rust", &["careloop-console"]),
    ("rodio", &["careloop-console"]),
    ("rusqlite", &["ledger"]),
    ("keyring", &["engine", "careloop-tests"]),
];

/// What a member must do without, whatever its own folder says.
const WITHOUT: &[(&str, &[&str])] = &[
    ("decide", &["tokio", "reqwest", "rusqlite", "rand", "axum", "tracing", "uuid"]),
    ("accept", &["rusqlite", "reqwest"]),
    ("wire", &["tokio", "reqwest", "rusqlite", "axum"]),
    ("ledger", &["tokio", "reqwest", "axum", "rand"]),
    ("xtask", &["tokio"]),
];

/// Reads the manifests through cargo.
pub fn check() -> Outcome<Vec<Finding>> {
    // For this machine only: the whole graph would fetch every other system's packages.
    let host = process::capture(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let metadata = process::capture(&mut process::cargo(&["metadata", "--format-version=1", "--filter-platform", host.trim()]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let members: Vec<&str> = metadata["workspace_members"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut found = Vec::new();
    let mut names = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if package["id"].as_str().is_some_and(|id| members.contains(&id)) {
            let name = package["name"].as_str().unwrap_or_default();
            // What only tests need binds no crate to another.
            let needs: Vec<&str> = package["dependencies"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|d| d["kind"].as_str() != Some("dev"))
                .filter_map(|d| d["name"].as_str())
                .collect();
            names.push((name, needs));
        }
    }
    let inside: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    for (name, needs) in &names {
        found.extend(member(name, needs, &inside));
    }
    found.extend(keyring_without_tokio(&metadata));
    Ok(found)
}

/// The findings of one member.
fn member(name: &str, needs: &[&str], inside: &[&str]) -> Vec<Finding> {
    let finding = |what: String| Finding { rule: "boundary", place: name.to_string(), what };
    let mut found = Vec::new();
    let may = INSIDE.iter().find(|(member, _)| *member == name).map(|(_, may)| *may);
    let without = WITHOUT.iter().find(|(member, _)| *member == name).map_or(&[][..], |(_, without)| without);
    for need in needs {
        if inside.contains(need) && may.is_some_and(|may| !may.contains(need)) {
            found.push(finding(format!("must not depend on {need}")));
        }
        if without.contains(need) {
            found.push(finding(format!("must do without {need}")));
        }
        let owners = BELONGS.iter().find(|(package, _)| match package.strip_suffix('*') {
            Some(beginning) => need.starts_with(beginning),
            None => need == package,
        });
        if owners.is_some_and(|(_, owners)| !owners.contains(&name)) {
            found.push(finding(format!("{need} belongs to {}", owners.map_or("", |(_, owners)| owners[0]))));
        }
    }
    found
}

/// With zbus on tokio every call to the keyring panics, and features of one version are shared
/// by all who use it.
fn keyring_without_tokio(metadata: &Value) -> Vec<Finding> {
    metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|node| {
            let id = node["id"].as_str().unwrap_or_default();
            let features = node["features"].as_array();
            id.contains("zbus@5") && features.is_some_and(|f| f.iter().any(|f| f == "tokio"))
        })
        .map(|_| Finding {
            rule: "boundary",
            place: "zbus 5".into(),
            what: "some package turns its feature tokio on, and the keyring would panic".into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSIDE_NAMES: &[&str] = &["accept", "decide", "engine", "ledger", "vendors", "wire", "careloop-console"];

    fn said(name: &str, needs: &[&str]) -> Vec<String> {
        member(name, needs, INSIDE_NAMES).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn a_vendor_that_reads_the_ledger_is_found() {
        assert_eq!(said("vendors", &["decide", "ledger"]), ["must not depend on ledger"]);
    }

    #[test]
    fn deciding_with_a_runtime_or_with_dice_is_found() {
        assert_eq!(said("decide", &["tokio", "rand", "serde"]).len(), 2);
    }

    #[test]
    fn only_the_window_has_tauri_and_only_the_ledger_has_sql() {
        assert_eq!(said("engine", &["tauri-plugin-dialog"]), ["tauri-plugin-dialog belongs to careloop-console"]);
        assert_eq!(said("engine", &["rusqlite"]), ["rusqlite belongs to ledger"]);
        assert!(said("careloop-console", &["tauri", "engine"]).is_empty());
    }

    #[test]
    fn zbus_on_tokio_is_found() {
        let with =
            |features: &[&str]| serde_json::json!({ "resolve": { "nodes": [{ "id": "registry+x#zbus@5.19.0", "features": features }] } });
        assert_eq!(keyring_without_tokio(&with(&["async-io", "tokio"])).len(), 1);
        assert_eq!(keyring_without_tokio(&with(&["async-io"])).len(), 0);
    }
}
