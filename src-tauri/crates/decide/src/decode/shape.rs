//! The shape of a payload: its paths with the codes and units that give them meaning. Never a value.

use super::node::Node;

/// Enough to tell sources apart; a payload with more paths is cut, not refused.
const MOST_PATHS: usize = 256;
/// A longer path is cut: keys come from outside.
const LONGEST_PATH: usize = 120;

/// Sorted paths, array places left out; codes of the vital and units stand behind `=`.
pub(super) fn shape(resource: &Node) -> Vec<String> {
    let mut paths = Vec::with_capacity(48);
    let mut path = String::with_capacity(64);
    walk(resource, &mut path, &mut paths);
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Where the text itself belongs to the shape: a new unit or code is a change of meaning.
fn telling(path: &str) -> bool {
    matches!(
        path,
        "resourceType"
            | "code.coding.system"
            | "code.coding.code"
            | "component.code.coding.system"
            | "component.code.coding.code"
            | "valueQuantity.unit"
            | "valueQuantity.code"
            | "valueQuantity.system"
            | "component.valueQuantity.unit"
            | "component.valueQuantity.code"
            | "component.valueQuantity.system"
    )
}

fn walk(node: &Node, path: &mut String, paths: &mut Vec<String>) {
    match node {
        Node::Object(fields) => {
            for (key, value) in fields {
                let before = path.len();
                if before > 0 {
                    path.push('.');
                }
                path.push_str(key);
                walk(value, path, paths);
                path.truncate(before);
            }
        }
        Node::List(items) => items.iter().for_each(|item| walk(item, path, paths)),
        _ if paths.len() >= MOST_PATHS * 4 => {}
        Node::Text(text) if telling(path) => add(paths, &format!("{path}={text}")),
        _ => add(paths, path),
    }
    if path.is_empty() && paths.len() > MOST_PATHS {
        paths.sort_unstable();
        paths.dedup();
        paths.truncate(MOST_PATHS);
    }
}

fn add(paths: &mut Vec<String>, path: &str) {
    let end = (0..=path.len().min(LONGEST_PATH)).rev().find(|i| path.is_char_boundary(*i)).unwrap_or(0);
    if paths.last().is_none_or(|p| p != &path[..end]) {
        paths.push(path[..end].to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Vec<String> {
        shape(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_shape_tells_codes_and_units_but_no_value_and_no_name() {
        let json = r#"{"resourceType":"Observation","subject":{"identifier":{"value":"1022228"},"display":"Ann Lee"},
            "code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},"valueQuantity":{"value":181,"unit":"mg/dL"},"note":[{"text":"a"},{"text":"b"}]}"#;
        assert_eq!(
            of(json),
            [
                "code.coding.code=2339-0",
                "code.coding.system=http://loinc.org",
                "note.text",
                "resourceType=Observation",
                "subject.display",
                "subject.identifier.value",
                "valueQuantity.unit=mg/dL",
                "valueQuantity.value"
            ]
        );
    }

    #[test]
    fn the_same_payload_with_other_values_has_the_same_shape() {
        let a = r#"{"status":"final","component":[{"valueQuantity":{"value":1,"code":"mm[Hg]"}},{"valueQuantity":{"value":2,"code":"mm[Hg]"}}]}"#;
        let b = r#"{"component":[{"valueQuantity":{"code":"mm[Hg]","value":9.5}}],"status":"amended"}"#;
        assert_eq!(of(a), of(b));
        assert_ne!(of(a), of(&b.replace("mm[Hg]", "kPa")));
    }

    #[test]
    fn a_shape_is_bounded() {
        let many: Vec<String> = (0..5000).map(|i| format!("\"{i}{}\":1", "x".repeat(200))).collect();
        let shape = of(&format!("{{{}}}", many.join(",")));
        assert!(shape.len() <= MOST_PATHS && shape.iter().all(|p| p.len() <= LONGEST_PATH));
    }
}
