//! Bytes to text: what MSH-18 says, else what the bytes look like.

/// How the bytes of a message are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Latin1,
}

impl Charset {
    /// Feeds that declare nothing, or ASCII, are UTF-8 if they can be, else Latin-1.
    pub fn of(declared: &str, bytes: &[u8]) -> Charset {
        let first = declared.split('~').next().unwrap_or_default().trim().to_ascii_uppercase();
        let latin = matches!(
            first.as_str(),
            "8859/1" | "8859/15" | "ISO-8859-1" | "ISO8859-1" | "ISO_8859-1" | "LATIN1" | "ISO IR100" | "CP1252" | "WINDOWS-1252"
        );
        if !latin && std::str::from_utf8(bytes).is_ok() {
            Charset::Utf8
        } else {
            Charset::Latin1
        }
    }

    pub fn read(self, bytes: &[u8]) -> String {
        match self {
            Charset::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Charset::Latin1 => bytes.iter().map(|b| *b as char).collect(),
        }
    }

    /// Back to bytes; a letter that Latin-1 lacks becomes a question mark.
    pub fn write(self, text: &str) -> Vec<u8> {
        match self {
            Charset::Utf8 => text.as_bytes().to_vec(),
            Charset::Latin1 => text.chars().map(|c| u8::try_from(c as u32).unwrap_or(b'?')).collect(),
        }
    }
}
