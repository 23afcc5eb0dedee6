//! Short hashes: of representations in entity tags, of lists in cursors.

use sha2::{Digest as _, Sha256};

/// Hex digits of a short hash: 64 bits, so that collisions between a client's texts are negligible.
const DIGITS: usize = 16;

/// The first digits of a text's SHA-256.
pub(crate) fn short_hash(text: &str) -> String {
    let mut digits = format!("{:x}", Sha256::digest(text));
    digits.truncate(DIGITS);
    digits
}
