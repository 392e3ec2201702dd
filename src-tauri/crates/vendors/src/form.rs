//! `application/x-www-form-urlencoded`, both ways. Pairs keep their order and repeats: signatures are over them.

/// Name and value pairs in the order sent.
pub type Pairs = Vec<(String, String)>;

/// A form body that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a form: {said}")]
pub struct NotAForm {
    /// The parameter, when its name could be read.
    pub field: Option<String>,
    pub said: String,
}

/// Reads a form body: `+` is a space, values are UTF-8, blank values count.
pub fn read(body: &[u8]) -> Result<Pairs, NotAForm> {
    let mut pairs = Vec::new();
    for part in body.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
        let (name, value) = match part.iter().position(|b| *b == b'=') {
            Some(i) => (&part[..i], &part[i + 1..]),
            None => (part, &part[part.len()..]),
        };
        let name = text(name).ok_or_else(|| NotAForm { field: None, said: "a parameter's name is not UTF-8".into() })?;
        let value = text(value).ok_or_else(|| NotAForm { field: Some(name.clone()), said: format!("{name} is not UTF-8") })?;
        pairs.push((name, value));
    }
    Ok(pairs)
}

fn text(bytes: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
        match bytes[i] {
            b'+' => out.push(b' '),
            b'%' => match (bytes.get(i + 1).copied().and_then(hex), bytes.get(i + 2).copied().and_then(hex)) {
                (Some(high), Some(low)) => {
                    out.push(high * 16 + low);
                    i += 2;
                }
                // A stray percent sign stands for itself, as browsers and Twilio's own libraries read it.
                _ => out.push(b'%'),
            },
            b => out.push(b),
        }
        i += 1;
    }
    String::from_utf8(out).ok()
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(b as char);
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// Writes pairs as a form body or query string.
pub fn write<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> String {
    pairs.iter().map(|(n, v)| format!("{}={}", encode(n.as_ref()), encode(v.as_ref()))).collect::<Vec<_>>().join("&")
}

/// The first value of that name.
pub fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

/// `scheme://host[:port]` of a URL.
pub fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |i| i + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |i| start + i);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_space_and_a_blank_value_counts() {
        let pairs = read(b"Body=chest+pain%21&FromZip=&To=%2B12025550101&Flag").unwrap();
        let expected = [("Body", "chest pain!"), ("FromZip", ""), ("To", "+12025550101"), ("Flag", "")];
        assert_eq!(pairs, expected.map(|(n, v)| (n.to_string(), v.to_string())));
    }

    #[test]
    fn a_value_in_another_encoding_is_refused_by_name() {
        let refused = read(b"Body=S%ED").unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("Body"));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let pairs = vec![("DateSent>".to_string(), "2026-03-05".to_string()), ("Body".to_string(), "¿Sí? 100% & more + é".to_string())];
        let body = write(&pairs);
        assert!(body.starts_with("DateSent%3E=2026-03-05&"));
        assert_eq!(read(body.as_bytes()).unwrap(), pairs);
    }

    #[test]
    fn the_origin_ends_before_the_path() {
        assert_eq!(origin("http://127.0.0.1:8080/r4/x?y=http://z/"), "http://127.0.0.1:8080");
        assert_eq!(origin("https://api.twilio.com"), "https://api.twilio.com");
    }
}
