//! The secrets that everybody can read: those of the documents, of the compose file and of the laptop's cluster. Production refuses them.

/// Every sample there is. Whoever writes a new one into a file adds it here (`infra/checks` compares).
pub static SAMPLES: &[&str] = &["dev-only", "devonlynosecret", "sk_test_local", "whsec_local"];

/// Whether one of the words of a secret, or of an address with a password, is a sample.
pub(crate) fn has_one(secret: &str) -> bool {
    let mut words = secret.split(|c: char| c.is_whitespace() || ":/@,?&=".contains(c));
    words.any(|word| SAMPLES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::has_one;

    #[test]
    fn a_sample_is_seen_in_an_address_and_in_a_list_and_not_in_what_only_contains_it() {
        for sample in [
            "dev-only",
            "nats://auth:dev-only@nats:4222",
            "mongodb://a:dev-only@x/?b=c",
            "whsec_1,whsec_local",
        ] {
            assert!(has_one(sample), "{sample}");
        }
        for other in ["dev-only-not", "nats://auth:7e3a@dev-only.example:4222", ""] {
            assert!(!has_one(other), "{other}");
        }
    }
}
