//! Base32 without padding, of whole groups: five bytes are eight symbols.

/// The alphabet of RFC 4648, in which authenticator applications read a secret.
pub(super) const RFC_4648: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Crockford's alphabet: without I, L, O and U, which are confused with digits and V.
pub(super) const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bytes of a group.
const GROUP_BYTES: usize = 5;

/// Symbols of a group.
const GROUP_SYMBOLS: usize = 8;

/// Bits of a symbol.
const SYMBOL_BITS: u32 = 5;

/// Encodes whole groups; every input of this crate is one of a fixed size.
pub(super) fn encode(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let (groups, rest) = bytes.as_chunks::<GROUP_BYTES>();
    debug_assert!(rest.is_empty(), "an incomplete group");
    let symbols = groups.iter().flat_map(|group| {
        let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let value = move |at: u32| usize::try_from(bits >> (at * SYMBOL_BITS) & 31).ok();
        (0..8_u32).rev().filter_map(move |at| alphabet.get(value(at)?))
    });
    symbols.map(|symbol| char::from(*symbol)).collect()
}

/// Decodes text of whole groups; `None` for other text.
pub(super) fn decode(text: &str, alphabet: &[u8; 32]) -> Option<Vec<u8>> {
    let (groups, []) = text.as_bytes().as_chunks::<GROUP_SYMBOLS>() else { return None };
    let mut bytes = Vec::with_capacity(groups.len() * GROUP_BYTES);
    for symbols in groups {
        let mut group = 0_u64;
        for symbol in symbols {
            let value = alphabet.iter().position(|known| known == symbol)?;
            group = group << SYMBOL_BITS | u64::try_from(value).ok()?;
        }
        // The group has 40 bits, the number 64.
        bytes.extend_from_slice(group.to_be_bytes().last_chunk::<GROUP_BYTES>()?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_groups_are_encoded_as_in_the_examples_of_rfc_4648() {
        assert_eq!(encode(b"fooba", RFC_4648), "MZXW6YTB");
        assert_eq!(decode("MZXW6YTB", RFC_4648).unwrap(), b"fooba");
        assert_eq!(encode(&[0xff; 10], CROCKFORD), "ZZZZZZZZZZZZZZZZ");
        assert_eq!(encode(&[0; 20], RFC_4648), "A".repeat(32));
        for bad in ["MZXW6YT", "MZXW6YTB=", "mzxw6ytb", "MZXW6YT1", "MZXW6YTé"] {
            assert_eq!(decode(bad, RFC_4648), None, "{bad}");
        }
        assert_eq!(decode("", RFC_4648), Some(Vec::new()));
    }
}
