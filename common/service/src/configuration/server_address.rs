//! The address of a server, which may contain a password and is shown without it.

use std::fmt;

/// URLs, separated by commas where the scheme allows it; `Debug` and `Display` omit credentials.
#[derive(Clone, PartialEq, Eq, derive_more::Debug)]
#[debug("{self}")]
pub struct ServerAddress {
    url: String,
}

impl ServerAddress {
    /// Validates what does not need the network: the scheme, and the presence of a host.
    ///
    /// # Errors
    /// The rule, with the schemes and an example.
    pub fn parse(text: &str, schemes: &[&str], example: &str) -> Result<Self, String> {
        let rule = || format!("must be an address such as {example}");
        let (scheme, rest) = text.split_once("://").ok_or_else(rule)?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
        let is_blank = text.chars().any(|c| c.is_whitespace() || c.is_control());
        if !schemes.contains(&scheme) || hosts.trim_matches([',', ':']).is_empty() || is_blank {
            return Err(rule());
        }
        Ok(Self { url: text.to_owned() })
    }

    /// The whole text, to connect with.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.url
    }

    /// Replaces the secrets of this address in a text: libraries often repeat their input.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut redacted = text.to_owned();
        for secret in secrets(&self.url) {
            redacted = redacted.replace(secret, "***");
        }
        redacted
    }
}

/// Whether an address contains credentials: a user, mostly with a password, or a token.
pub(crate) fn holds_secret(address: &str) -> bool {
    !secrets(address).is_empty()
}

/// Users with passwords, then passwords, in every URL; also after a `?`, as some drivers accept.
fn secrets(address: &str) -> Vec<&str> {
    let mut secrets = Vec::new();
    for part in address.split(',') {
        let rest = part.split_once("://").map_or(part, |(_, rest)| rest);
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if let Some((user, _)) = authority.rsplit_once('@') {
            secrets.push(user);
            secrets.extend(user.split_once(':').map(|(_, password)| password));
        }
    }
    secrets.retain(|secret| !secret.is_empty());
    secrets
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let without_options = self.url.split('?').next().unwrap_or_default();
        f.write_str(&self.redact(without_options))
    }
}

#[cfg(test)]
mod tests {
    use super::ServerAddress;

    fn mongo(text: &str) -> Result<ServerAddress, String> {
        ServerAddress::parse(text, &["mongodb"], "mongodb://localhost:27017/?replicaSet=rs0")
    }

    #[test]
    fn users_and_passwords_are_redacted() {
        let address = mongo("mongodb://ann:geh%20heim@db1:1,db2:2/?replicaSet=rs0&x=y").unwrap();
        assert_eq!(address.to_string(), "mongodb://***@db1:1,db2:2/");
        assert_eq!(format!("{address:?}"), "mongodb://***@db1:1,db2:2/");
        assert!(address.reveal().contains("geh%20heim"));
        let several = ServerAddress::parse("nats://a:b1@n1:4222,nats://token@n2", &["nats"], "");
        assert_eq!(several.unwrap().to_string(), "nats://***@n1:4222,nats://***@n2");
        assert_eq!(address.redact("refused geh%20heim of ann:geh%20heim"), "refused *** of ***");
    }

    #[test]
    fn an_address_has_a_known_scheme_and_a_host() {
        for good in ["mongodb://localhost", "mongodb://db1:27017,db2:27017/?replicaSet=rs0"] {
            mongo(good).unwrap();
        }
        for bad in
            ["", "localhost:27017", "http://db", "mongodb://", "mongodb://a:b@", "mongodb://a b"]
        {
            let rule = mongo(bad).unwrap_err();
            assert!(rule.starts_with("must be an address such as mongodb://"), "{bad}: {rule}");
        }
    }
}
