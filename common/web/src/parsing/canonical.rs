//! The hash of a JSON value, whatever its white space, order of fields and spelling of numbers; and
//! short hashes, of representations in entity tags, of lists in cursors.

use std::collections::BTreeMap;

use contract::number;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

/// The byte order mark before UTF-8 text, which a parser may ignore (RFC 8259, 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(crate) fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json)
}

/// SHA-256 of a JSON value, in hex; of the text itself if it is not JSON.
pub(crate) fn fingerprint(json: &[u8]) -> String {
    let mut hasher = Sha256::new();
    let outcome =
        serde_json::from_slice(without_mark(json)).and_then(|value| hash(value, &mut hasher));
    if outcome.is_err() {
        return format!("{:x}", Sha256::digest(json));
    }
    format!("{:x}", hasher.finalize())
}

/// Hashes a value. The length of each text precedes it, so different values have different inputs.
fn hash(value: &RawValue, hasher: &mut Sha256) -> serde_json::Result<()> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
            // A null field equals an absent one, as in every body.
            fields.retain(|_, value| value.get() != "null");
            hasher.update(format!("{{{}", fields.len()));
            for (name, value) in fields {
                hash_text('"', &name, hasher);
                hash(value, hasher)?;
            }
        }
        Some(b'[') => {
            let entries: Vec<&RawValue> = serde_json::from_str(text)?;
            hasher.update(format!("[{}", entries.len()));
            for entry in entries {
                hash(entry, hasher)?;
            }
        }
        Some(b'"') => hash_text('"', &serde_json::from_str::<String>(text)?, hasher),
        // A number, or `true`, `false` or `null`.
        _ => hash_text('=', &number::plain(text), hasher),
    }
    Ok(())
}

fn hash_text(kind: char, text: &str, hasher: &mut Sha256) {
    hasher.update(format!("{kind}{}:", text.len()));
    hasher.update(text);
}

/// Hex digits of a short hash: 64 bits, so that collisions between a client's texts are negligible.
const DIGITS: usize = 16;

/// The first digits of a text's SHA-256.
pub(crate) fn short_hash(text: &str) -> String {
    let mut digits = format!("{:x}", Sha256::digest(text));
    digits.truncate(DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn texts_of_equal_values_have_equal_fingerprints() {
        let first = fingerprint(br#"{"a": 20.50, "b": [1, "x", null], "c": {"d": true}}"#);
        assert_eq!(first.len(), 64);
        for same in [
            r#"{"a":20.5,"b":[1,"x",null],"c":{"d":true}}"#,
            "{\n\t\"c\" : {\"d\": true}, \"b\": [ 1.0, \"\\u0078\", null ], \"a\": 205e-1 }\r\n",
            r#"{"b":[10e-1,"x",null],"c":{"d":true},"\u0061":2.05E+1}"#,
            r#"{"a": 20.5, "b": [1, "x", null], "c": {"d": true, "e": null}, "f": null}"#,
        ] {
            assert_eq!(fingerprint(same.as_bytes()), first, "{same}");
        }
    }

    #[test]
    fn texts_of_different_values_have_different_fingerprints() {
        let texts = [
            "{}",
            r#"{"a": 1}"#,
            r#"{"a": "1"}"#,
            r#"{"b": 1}"#,
            r#"{"a": [null]}"#,
            r#"{"a": []}"#,
            r#"{"a": [1]}"#,
            r#"{"a": [1, 1]}"#,
            r#"{"a": [[1], 1]}"#,
            r#"{"a": [1, [1]]}"#,
            r#"{"a": 0.1}"#,
            r#"{"a": 0.1000000000000000055511151231257827}"#,
            r#"{"a": true}"#,
            r#"{"a": "true"}"#,
            r#"{"a": "x\"1:y"}"#,
        ];
        let all: std::collections::BTreeSet<String> =
            texts.iter().map(|text| fingerprint(text.as_bytes())).collect();
        assert_eq!(all.len(), texts.len());
    }
}
