//! A borrowed view of JSON that keeps the text of a Quantity's number: a value is compared in
//! decimal, so it must never have been a binary float.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// Beyond this many keys an object's repeats are found by an index, not by looking through it.
const INDEXED_FROM_KEYS: usize = 32;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'a> {
    Null,
    Bool,
    /// The number as written.
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
    /// A key that stands twice in its object: neither is believed.
    Twice,
    /// An object or list where FHIR has a primitive.
    Other,
}

const NULL: Node<'static> = Node::Null;

impl<'a> Node<'a> {
    /// The value under a key; null if there is none.
    pub fn get<'n>(&'n self, key: &str) -> &'n Node<'a> {
        match self {
            Node::Object(fields) => fields.iter().find(|(k, _)| k == key).map_or(&NULL, |(_, v)| v),
            _ => &NULL,
        }
    }

    /// The text, if it is one that is not blank.
    pub fn text(&self) -> Option<&str> {
        match self {
            Node::Text(t) if !t.trim().is_empty() => Some(t),
            _ => None,
        }
    }

    /// The members of a list; a lone object counts as none.
    pub fn list(&self) -> &[Node<'a>] {
        match self {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// The fields of an object.
    pub fn fields(&self) -> &[(Cow<'a, str>, Node<'a>)] {
        match self {
            Node::Object(fields) => fields,
            _ => &[],
        }
    }

    /// Nothing is there.
    pub fn absent(&self) -> bool {
        matches!(self, Node::Null)
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Reader)
    }
}

/// Reads `value`, where the number's own text counts.
fn primitive<'de, E: Error>(raw: &'de RawValue) -> Result<Node<'de>, E> {
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'"') => Node::Text(serde_json::from_str::<Key>(text).map_err(|_| E::custom("invalid text"))?.0),
        Some(b'-' | b'0'..=b'9') => Node::Number(Cow::Borrowed(text)),
        Some(b't' | b'f') => Node::Bool,
        Some(b'n') => Node::Null,
        _ => Node::Other,
    })
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool)
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(Cow::Owned(n.to_string())))
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(Cow::Owned(n.to_string())))
    }

    fn visit_f64<E: Error>(self, n: f64) -> Result<Node<'de>, E> {
        Ok(Node::Number(Cow::Owned(n.to_string())))
    }

    fn visit_borrowed_str<E: Error>(self, s: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(s)))
    }

    fn visit_str<E: Error>(self, s: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(s.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        let mut fields: Vec<(Cow<'de, str>, Node<'de>)> = Vec::new();
        let mut index: HashMap<Cow<'de, str>, usize> = HashMap::new();
        while let Some(Key(key)) = map.next_key()? {
            let value = if key == "value" { primitive(map.next_value::<&'de RawValue>()?)? } else { map.next_value()? };
            let former = if fields.len() < INDEXED_FROM_KEYS {
                fields.iter().position(|(k, _)| *k == key)
            } else {
                if index.is_empty() {
                    index.extend(fields.iter().enumerate().map(|(i, (k, _))| (k.clone(), i)));
                }
                let here = index.get(&key).copied();
                if here.is_none() {
                    index.insert(key.clone(), fields.len());
                }
                here
            };
            match former {
                Some(i) => fields[i].1 = Node::Twice,
                None => fields.push((key, value)),
            }
        }
        Ok(Node::Object(fields))
    }
}

/// A borrowed text, owned only where escapes force it.
pub(super) struct Key<'a>(pub Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: Error>(self, s: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(s)))
            }
            fn visit_str<E: Error>(self, s: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(s.to_string())))
            }
        }
        d.deserialize_str(Text)
    }
}

/// The top of an object with its values unread: one pass over the bytes, no trees.
pub(super) struct Top<'a>(Vec<(Cow<'a, str>, Option<&'a RawValue>)>);

impl<'a> Top<'a> {
    /// The raw JSON under a key; none if it is not there, or there twice.
    pub fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(k, _)| k == key).and_then(|(_, v)| *v)
    }

    /// The text under a key.
    pub fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        serde_json::from_str::<Key>(self.get(key)?.get()).ok().map(|k| k.0)
    }
}

/// The keys that are looked at before a resource is read.
const TOP: [&str; 7] = ["resourceType", "type", "total", "entry", "fullUrl", "resource", "search"];

impl<'de> Deserialize<'de> for Top<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Top<'de>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top<'de>, A::Error> {
                let mut top: Vec<(Cow<'de, str>, Option<&'de RawValue>)> = Vec::with_capacity(4);
                while let Some(Key(key)) = map.next_key()? {
                    let value = map.next_value::<&'de RawValue>()?;
                    if !TOP.contains(&key.as_ref()) {
                        continue;
                    }
                    match top.iter_mut().find(|(k, _)| *k == key) {
                        Some((_, former)) => *former = None,
                        None => top.push((key, Some(value))),
                    }
                }
                Ok(Top(top))
            }
        }
        d.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_quantity_is_kept_as_written() {
        let n: Node = serde_json::from_str(r#"{"valueQuantity":{"value":160.00000000000000001}}"#).unwrap();
        assert_eq!(n.get("valueQuantity").get("value"), &Node::Number("160.00000000000000001".into()));
    }

    #[test]
    fn a_key_that_stands_twice_is_not_believed() {
        let n: Node = serde_json::from_str(r#"{"a":1,"value":2,"value":3}"#).unwrap();
        assert_eq!(n.get("value"), &Node::Twice);
        let many: String = (0..100).map(|i| format!("\"k{i}\":1,")).collect();
        let many = format!("{{{many}\"k99\":2,\"k3\":2}}");
        let n: Node = serde_json::from_str(&many).unwrap();
        assert_eq!((n.get("k99"), n.get("k3"), n.fields().len()), (&Node::Twice, &Node::Twice, 100));
    }

    #[test]
    fn escaped_text_is_read() {
        let n: Node = serde_json::from_str(r#"{"value":"a\u0041\n","b":"\ud83d\ude00"}"#).unwrap();
        assert_eq!((n.get("value").text(), n.get("b").text()), (Some("aA\n"), Some("😀")));
    }
}
