//! One message: segments, fields, repeats, components, sub-components.

use super::charset::Charset;
use super::escape::{escape, unescape};
use super::Hl7Refusal;

/// The marks of a message, as its own MSH-1 and MSH-2 name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Separators {
    pub field: char,
    pub component: char,
    pub repeat: Option<char>,
    pub escape: Option<char>,
    pub sub: Option<char>,
}

impl Default for Separators {
    fn default() -> Self {
        Self { field: '|', component: '^', repeat: Some('~'), escape: Some('\\'), sub: Some('&') }
    }
}

impl Separators {
    /// Whether a character has a meaning of its own in this message.
    pub fn is_mark(&self, c: char) -> bool {
        c == self.field || c == self.component || [self.repeat, self.escape, self.sub].contains(&Some(c))
    }

    /// Reads MSH-1 and MSH-2 from the head of a message.
    pub(crate) fn of(head: &[u8]) -> Result<Separators, Hl7Refusal> {
        let bad = |field: &str| {
            let detail = "The marks of the message cannot be read. MSH begins as MSH|^~\\& with marks that differ from each other.";
            Err(Hl7Refusal::error("bad_separators", field, detail))
        };
        let mark = |b: u8| b.is_ascii_punctuation() && b != b'"';
        let Some(field) = head.get(3).copied().filter(|b| mark(*b)) else { return bad("MSH-1") };
        let rest = &head[4..];
        let end = rest.iter().position(|b| *b == field || *b == b'\r' || *b == b'\n').unwrap_or(rest.len());
        // A fifth one is the truncation mark of 2.7.
        let named = &rest[..end];
        let all: Vec<u8> = std::iter::once(field).chain(named.iter().copied()).collect();
        let differ = (1..all.len()).all(|i| !all[..i].contains(&all[i]));
        if named.is_empty() || named.len() > 5 || !named.iter().all(|b| mark(*b)) || !differ {
            return bad("MSH-2");
        }
        let at = |i: usize| named.get(i).map(|b| *b as char);
        Ok(Separators { field: field as char, component: named[0] as char, repeat: at(1), escape: at(2), sub: at(3) })
    }
}

/// A line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    name: String,
    /// Field n at n - 1, as written. Of MSH the first is the separator itself.
    fields: Vec<String>,
}

impl Segment {
    /// The three letters.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Field n (from 1) as written; empty if it is not there.
    pub fn raw(&self, n: usize) -> &str {
        n.checked_sub(1).and_then(|i| self.fields.get(i)).map_or("", String::as_str)
    }
}

/// A message as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub separators: Separators,
    charset: Charset,
    segments: Vec<Segment>,
}

impl Message {
    /// Reads one message; a line that is no segment is refused, never skipped.
    pub fn read(bytes: &[u8]) -> Result<Message, Hl7Refusal> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if !bytes.starts_with(b"MSH") {
            return Err(Hl7Refusal::error("no_header", "MSH", "The message does not begin with MSH. Send one HL7 v2 message."));
        }
        let separators = Separators::of(bytes)?;
        let declared = bytes.split(|b| *b == b'\r' || *b == b'\n').next().and_then(|l| l.split(|b| *b == bytes[3]).nth(17));
        let charset = Charset::of(&String::from_utf8_lossy(declared.unwrap_or_default()), bytes);
        let mut segments = Vec::new();
        for line in super::batch::lines(bytes, bytes[3]) {
            let text = charset.read(&bytes[line]);
            let text = text.trim_end_matches(['\r', '\n']);
            if text.trim().is_empty() {
                continue;
            }
            segments.push(segment(text, &separators).ok_or_else(|| {
                let place = segments.len() + 1;
                Hl7Refusal::error(
                    "no_segment",
                    format!("line {place}"),
                    format!("Line {place} is no segment. Each begins with three capitals and {}.", separators.field),
                )
            })?);
        }
        if segments.iter().filter(|s| s.name == "MSH").count() > 1 {
            return Err(Hl7Refusal::error("two_headers", "MSH", "The message has two headers. Send one message at a time."));
        }
        Ok(Message { separators, charset, segments })
    }

    /// As text, each segment ended by CR.
    pub fn write(&self) -> String {
        let mut out = String::new();
        for s in &self.segments {
            out.push_str(&s.name);
            // MSH-1 is written by being used.
            for field in s.fields.iter().skip(usize::from(s.name == "MSH")) {
                out.push(self.separators.field);
                out.push_str(field);
            }
            out.push('\r');
        }
        out
    }

    /// As bytes, in the letters it came in.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.charset.write(&self.write())
    }

    /// All segments, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segments of a name, in order.
    pub fn all<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m Segment> {
        self.segments.iter().filter(move |s| s.name == name)
    }

    /// The first segment of a name.
    pub fn first(&self, name: &str) -> Option<&Segment> {
        self.segments.iter().find(|s| s.name == name)
    }

    /// A field of the first segment of that name; empty if there is none.
    pub fn field(&self, name: &str, n: usize) -> Part<'_> {
        self.part(self.first(name).map_or("", |s| s.raw(n)))
    }

    /// A field of a segment.
    pub fn of<'m>(&'m self, segment: &'m Segment, n: usize) -> Part<'m> {
        self.part(segment.raw(n))
    }

    fn part<'m>(&'m self, raw: &'m str) -> Part<'m> {
        Part { raw, s: &self.separators }
    }
}

fn segment(text: &str, s: &Separators) -> Option<Segment> {
    let (name, rest) = text.split_at_checked(3)?;
    let b = name.as_bytes();
    if !(b[0].is_ascii_uppercase() && b[1..].iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())) {
        return None;
    }
    let mut fields: Vec<String> = match rest.strip_prefix(s.field) {
        Some(fields) => fields.split(s.field).map(String::from).collect(),
        None if rest.trim().is_empty() => vec![],
        None => return None,
    };
    if name == "MSH" {
        fields.insert(0, s.field.to_string());
    }
    Some(Segment { name: name.into(), fields })
}

/// A field, or a part of one, as written.
#[derive(Debug, Clone, Copy)]
pub struct Part<'m> {
    raw: &'m str,
    s: &'m Separators,
}

impl<'m> Part<'m> {
    /// As written, with its escapes.
    pub fn raw(&self) -> &'m str {
        self.raw
    }

    /// Nothing is said: the value is unchanged.
    pub fn is_empty(&self) -> bool {
        self.raw.trim().is_empty()
    }

    /// `""`: the value is deleted.
    pub fn is_deleted(&self) -> bool {
        self.raw.trim() == "\"\""
    }

    /// Its repeats; one, if it does not repeat.
    pub fn repeats(&self) -> Vec<Part<'m>> {
        let s = self.s;
        match s.repeat {
            Some(mark) => self.raw.split(mark).map(|raw| Part { raw, s }).collect(),
            None => vec![*self],
        }
    }

    /// Component n (from 1) of the first repeat.
    pub fn component(&self, n: usize) -> Part<'m> {
        let first = self.s.repeat.map_or(self.raw, |mark| self.raw.split(mark).next().unwrap_or_default());
        self.cut(first, Some(self.s.component), n)
    }

    /// Sub-component n (from 1).
    pub fn sub(&self, n: usize) -> Part<'m> {
        self.cut(self.raw, self.s.sub, n)
    }

    fn cut(&self, raw: &'m str, mark: Option<char>, n: usize) -> Part<'m> {
        let raw = match mark {
            Some(mark) => n.checked_sub(1).and_then(|i| raw.split(mark).nth(i)).unwrap_or_default(),
            None if n == 1 => raw,
            None => "",
        };
        Part { raw, s: self.s }
    }

    /// The text of its first repeat, component and sub-component without outer spaces; none if empty or deleted.
    pub fn text(&self) -> Option<String> {
        let leaf = self.component(1).sub(1);
        if leaf.is_deleted() {
            return None;
        }
        Some(leaf.value().trim().to_string()).filter(|t| !t.is_empty())
    }

    /// All of it behind its escapes, spaces and all: for a part that has no parts of its own.
    pub fn value(&self) -> String {
        unescape(self.raw, self.s)
    }
}

/// A value for writing into a message with the usual marks.
pub(crate) fn written(value: &str) -> String {
    escape(value, &Separators::default())
}
