//! The NATS users in the repository match the catalogue, and production refuses every sample
//! secret.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use service::development_secrets::DEVELOPMENT_SECRETS;
use testing::engines::nats::user_names;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn permissions(user: &str, more: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boxoffice"));
    let output = command.env_clear().args(["nats-permissions", user]).args(more).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_nats_user_files_equal_the_output_of_the_program() {
    let folder = root().join("infra/k8s/base/nats/users");
    for user in user_names() {
        let kept = std::fs::read_to_string(folder.join(format!("{user}.conf"))).unwrap();
        assert_eq!(kept, permissions(user, &[]), "to write it: cargo xtask rights");
    }
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), user_names().count());
}

#[test]
fn every_permission_of_a_user_contains_the_prefix() {
    for user in user_names() {
        let printed = permissions(user, &["--nats-prefix", "shop"]);
        let subjects: Vec<_> =
            printed.lines().filter(|line| line.starts_with("      \"")).collect();
        assert!(subjects.len() > 10, "{printed}");
        for subject in subjects {
            assert!(subject.contains("\"shop.") || subject.contains("shop_"), "{subject}");
        }
    }
}

/// Passwords in addresses, and values of secrets, in the files that start a marketplace.
#[test]
fn production_rejects_every_sample_secret_of_the_repository() {
    let files = [
        "docs/operations/install.md",
        "docs/payments-stripe.md",
        "infra/compose/compose.yaml",
        "infra/compose/mongodb-set-up.js",
        "infra/k8s/overlays/dev/kustomization.yaml",
        "infra/k8s/overlays/dev/dev-only-secrets.env",
    ];
    let mut seen = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            for secret in secrets(line) {
                assert!(
                    DEVELOPMENT_SECRETS.contains(&secret),
                    "{file}: {secret} is not in service::development_secrets"
                );
                seen.push(secret.to_owned());
            }
        }
    }
    for sample in DEVELOPMENT_SECRETS {
        assert!(seen.iter().any(|secret| secret == sample), "{sample} is no sample any more");
    }
}

/// Passwords in addresses, the values after names of passwords, and keys with the format of
/// Stripe's.
fn secrets(line: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let word = |rest: &'_ str| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let mut found = Vec::new();
    for name in ["password=", "keyfile=", "PASSWORD: '\"", "PASSWORD = '"] {
        let after = line.match_indices(name).filter_map(|(at, _)| line.get(at + name.len()..));
        found.extend(after.filter_map(|rest| rest.get(..word(rest))));
    }
    let words = line.split(|c| !is_part(c));
    found.extend(words.filter_map(|word| {
        let rest = word.strip_prefix("sk_test_").or_else(|| word.strip_prefix("whsec_"))?;
        (!rest.is_empty()).then_some(word)
    }));
    for (_, address) in
        line.match_indices("://").filter_map(|(at, _)| line.split_at_checked(at + 3))
    {
        let authority = address.split(['/', '?', '"', ' ']).next().unwrap();
        let user = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':'));
        found.extend(user.map(|(_, password)| password));
    }
    found
}
