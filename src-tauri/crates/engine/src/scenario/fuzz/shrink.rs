//! Shrinks a timeline that breaks a promise to the shortest that still breaks the same one (delta debugging: Zeller and
//! Hildebrandt 2002), then drops patients and settings that nothing needs.

use serde_json::Value;

/// So many runs at most.
const RUNS: usize = 600;

/// The smallest day that `breaks` still says yes to.
pub fn shrink(day: &Value, mut breaks: impl FnMut(&Value) -> bool) -> Value {
    let mut left = RUNS;
    let mut best = day.clone();
    for list in ["timeline", "patients", "timeline"] {
        best = fewer(&best, list, &mut left, &mut breaks);
    }
    let names: Vec<String> = best["settings"].as_object().map(|s| s.keys().cloned().collect()).unwrap_or_default();
    for name in names {
        let mut without = best.clone();
        without["settings"].as_object_mut().map(|s| s.remove(&name));
        if left > 0 && breaks(&without) {
            best = without;
        }
        left = left.saturating_sub(1);
    }
    best
}

/// Without as many members of a list as can be.
fn fewer(day: &Value, list: &str, left: &mut usize, breaks: &mut impl FnMut(&Value) -> bool) -> Value {
    let mut best = day.clone();
    let mut chunk = best[list].as_array().map_or(0, Vec::len).div_ceil(2);
    while chunk > 0 {
        let mut at = 0;
        let mut any = false;
        while at < best[list].as_array().map_or(0, Vec::len) {
            if *left == 0 {
                return best;
            }
            *left -= 1;
            let mut without = best.clone();
            if let Some(members) = without[list].as_array_mut() {
                let end = (at + chunk).min(members.len());
                members.drain(at..end);
            }
            if breaks(&without) {
                best = without;
                any = true;
            } else {
                at += chunk;
            }
        }
        if chunk == 1 && !any {
            break;
        }
        chunk = if chunk == 1 { 1 } else { chunk / 2 };
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_needed_stays() {
        let day = json!({ "timeline": (0..40).collect::<Vec<_>>(), "patients": [1, 2, 3], "settings": { "a": 1, "b": 2 } });
        let needs = |d: &Value| {
            let has = |n: i64| d["timeline"].as_array().unwrap().contains(&json!(n));
            has(7) && has(31) && d["patients"].as_array().unwrap().contains(&json!(2)) && d["settings"]["b"] == 2
        };
        assert_eq!(shrink(&day, needs), json!({ "timeline": [7, 31], "patients": [2], "settings": { "b": 2 } }));
    }
}
