//! A new service.

use std::path::{Path, PathBuf};

use contract::catalogue::services::SERVICES;

use super::edits::{Edit, Place, apply};
use super::render_all;
use crate::Error;

/// A service that does not exist yet.
#[derive(Debug, Clone)]
pub struct NewService {
    name: String,
    about: String,
    port: u16,
}

impl NewService {
    /// Checks the name and chooses the next port.
    ///
    /// # Errors
    /// [`Error::Form`] if the name is not a plural noun of lower-case letters, or is taken.
    pub fn new(name: &str, about: Option<&str>) -> Result<Self, Error> {
        let is_word = name.len() > 2 && name.chars().all(|c| c.is_ascii_lowercase());
        if !is_word || !name.ends_with('s') {
            let what =
                format!("{name}: a service is a plural of lower-case letters, such as ushers");
            return Err(Error::Form(what));
        }
        if SERVICES.iter().any(|service| service.name == name) {
            return Err(Error::Form(format!("{name}: there is such a service already")));
        }
        let last = SERVICES.iter().map(|service| service.port).max().unwrap_or_default();
        let about = about.map_or_else(|| format!("The {name} of a sale"), str::to_owned);
        Ok(Self { name: name.to_owned(), about, port: last + 1 })
    }

    /// The words of templates and paths.
    fn words(&self) -> Vec<(&'static str, String)> {
        let one = self.name.trim_end_matches('s').to_owned();
        let mut letters = one.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let type_name: String = first.into_iter().chain(letters).collect();
        vec![
            ("name", self.name.clone()),
            ("a_one", format!("{} {one}", article(&one))),
            ("one", one),
            ("type", type_name),
            ("upper", self.name.to_uppercase()),
            ("about", self.about.clone()),
            ("port", self.port.to_string()),
        ]
    }

    fn edits(&self) -> Vec<Edit> {
        let Self { name, about, port } = self;
        let upper = name.to_uppercase();
        let edit = |file: &str, place, text: String| Edit { file: file.to_owned(), place, text };
        let list = |after: &str| Place::BeforeNext { after: after.to_owned(), next: "];" };
        let catalogue = "common/contract/src/catalogue";
        let tests = "services/marketplace/tests";
        let services = &format!("{catalogue}/services.rs");
        let part = &format!("{catalogue}/part.rs");
        vec![
            edit(
                "Cargo.toml",
                Place::BehindLast("{ path = \"services/".to_owned()),
                format!("{name} = {{ path = \"services/{name}\" }}\n"),
            ),
            edit(
                "services/marketplace/Cargo.toml",
                Place::BehindLast("expiration.workspace = true".to_owned()),
                format!("{name}.workspace = true\n"),
            ),
            edit(
                "services/marketplace/src/services.rs",
                list("static ALL"),
                format!("    &{name}::DEFINITION,\n"),
            ),
            edit(
                services,
                Place::Within { line: "static SERVICES", end: "];" },
                format!(", {upper}"),
            ),
            edit(
                services,
                Place::BeforeNext {
                    after: "const EXPIRATION".to_owned(),
                    next: "impl Subscription",
                },
                format!(
                    "/// {about}.\npub const {upper}: Service = Service {{\n    name: \"{name}\",\n    \
                     about: \"{about}\",\n    \
                     absence: \"nothing of {name} is shown or changed\",\n    port: {port},\n    session_key: KeyRole::Verifies,\n    \
                     paths: &[\"/api/{name}\"],\n    collections: &[\"{name}\"],\n    \
                     more_databases: &[],\n    owns: &[\"part.{name}\"],\n    \
                     subscriptions: &[ON_PERSON_REQUESTED, ON_SESSION_REVOKED],\n    \
                     payment_provider: ProviderRole::Unused,\n    log: LogRole::Uses,\n}};\n\n"
                ),
            ),
            edit(
                &format!("{catalogue}/types.rs"),
                Place::BehindLast("(part::".to_owned()),
                format!("    (part::{upper}.name(), part::{upper}.data_version()),\n"),
            ),
            edit(
                part,
                Place::BehindLast(": MessageType<PartState> =".to_owned()),
                format!(
                    "/// The part of {name}.\npub const {upper}: MessageType<PartState> = \
                     MessageType::new(\"part.{name}\", 1);\n"
                ),
            ),
            edit(part, Place::Within { line: "pub const ALL", end: "];" }, format!(", {upper}")),
            edit(
                &format!("{tests}/edges/personal_data.rs"),
                Place::BehindLast("    (\"expiration\", ".to_owned()),
                format!("    (\"{name}\", \"{name}\", \"erased\"),\n"),
            ),
            edit(
                &format!("{tests}/edges/table.rs"),
                list("let files = ["),
                format!("        (\"{name}.txt\", include_str!(\"tables/{name}.txt\")),\n"),
            ),
            edit(
                &format!("{tests}/edges/tables/rights.txt"),
                Place::End,
                format!(
                    "\nPOST   {:<28}| 201     | 201            | 201     | 201     | 401     \
                     | 401        | 401\n",
                    format!("/api/{name}")
                ),
            ),
            edit(
                &format!("{tests}/simulation/generate/parts.rs"),
                list("const PARTS"),
                self.loops(),
            ),
        ]
    }

    /// The loops of every service, as the simulator lists them.
    fn loops(&self) -> String {
        let loops = [
            "relay",
            "on_session_revoked",
            "forget_idempotency_keys",
            "forget_revocations",
            "forget_revocations_in_memory",
            "follow_replicas",
            "on_person_requested",
        ];
        let line = |step: &str| format!("    \"{}.{step}\",\n", self.name);
        loops.map(line).concat()
    }
}

/// `an` before a vowel.
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// Writes the crate of a service and the lines that name it; returns the written files.
///
/// # Errors
/// [`Error`] if a file exists already, or a list is not where it was.
pub fn add_service(root: &Path, new: &NewService) -> Result<Vec<PathBuf>, Error> {
    let mut files = render_all(root, "new-service", &new.words())?;
    files.extend(apply(root, &new.edits())?);
    Ok(files)
}
