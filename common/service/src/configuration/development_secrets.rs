//! Published secrets, of documents, the compose file, the local cluster; production rejects them.

/// Every development secret. A new one in any file must be added here (`infra/checks` compares).
pub static DEVELOPMENT_SECRETS: &[&str] =
    &["dev-only", "devonlynosecret", "sk_test_local", "whsec_local"];

/// Whether a word of a secret, or of an address with a password, is a development secret.
pub(crate) fn contains_one(secret: &str) -> bool {
    let mut words = secret.split(|c: char| c.is_whitespace() || ":/@,?&=".contains(c));
    words.any(|word| DEVELOPMENT_SECRETS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::contains_one;

    #[test]
    fn a_development_secret_is_found_as_a_word_only() {
        for sample in [
            "dev-only",
            "nats://auth:dev-only@nats:4222",
            "mongodb://a:dev-only@x/?b=c",
            "whsec_1,whsec_local",
        ] {
            assert!(contains_one(sample), "{sample}");
        }
        for other in ["dev-only-not", "nats://auth:7e3a@dev-only.example:4222", ""] {
            assert!(!contains_one(other), "{other}");
        }
    }
}
