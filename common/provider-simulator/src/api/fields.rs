//! Reads request parameters by name; a parameter left over is unknown.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::error::ApiError;
use crate::api::params::Params;

/// Limits of metadata (Stripe, "metadata": 50 keys, names of 40 and values of 500 characters).
const METADATA_MAX: usize = 50;
const METADATA_NAME_MAX: usize = 40;
const METADATA_VALUE_MAX: usize = 500;

/// The parameters of a request that are not read yet.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    params: &'a Params,
    unread: BTreeSet<&'a str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(params: &'a Params) -> Self {
        Self { params, unread: params.names().collect() }
    }

    /// An optional text; an empty one is an error.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<&'a str>, ApiError> {
        self.unread.remove(name);
        match self.params.get(name) {
            Some("") => {
                let message = format!("You passed an empty string for '{name}'.");
                Err(ApiError::parameter("parameter_invalid_empty", name, message))
            }
            value => Ok(value),
        }
    }

    /// A required text.
    pub(crate) fn required(&mut self, name: &str) -> Result<&'a str, ApiError> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// An optional whole number.
    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let number = text.parse().map_err(|_| {
            let message = format!("Invalid integer: {text}");
            ApiError::parameter("parameter_invalid_integer", name, message)
        })?;
        Ok(Some(number))
    }

    /// `true` or `false`; false if missing.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, ApiError> {
        self.choice(name, &[("true", true), ("false", false)]).map(Option::unwrap_or_default)
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &str,
        words: &[(&str, T)],
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if let Some((_, chosen)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(Some(*chosen));
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("Invalid {name}: must be one of {}", words.join(", "));
        Err(ApiError::invalid(name, message))
    }

    /// The texts of a list.
    pub(crate) fn list(&mut self, name: &'a str) -> Vec<&'a str> {
        let listed: Vec<&str> = self.params.list(name).collect();
        self.read_inner(name);
        listed
    }

    /// The client's metadata of an object. An empty value removes the name.
    pub(crate) fn metadata(&mut self) -> Result<BTreeMap<String, String>, ApiError> {
        let invalid = |message: String| Err(ApiError::invalid("metadata", message));
        let mut metadata = BTreeMap::new();
        for (name, value) in self.params.hash("metadata").filter(|(_, value)| !value.is_empty()) {
            if name.is_empty() || name.chars().count() > METADATA_NAME_MAX {
                let most = METADATA_NAME_MAX;
                return invalid(format!("Metadata keys have up to {most} characters: '{name}'"));
            }
            if value.chars().count() > METADATA_VALUE_MAX {
                let most = METADATA_VALUE_MAX;
                return invalid(format!("Metadata values have up to {most} characters: '{name}'"));
            }
            metadata.insert(name.to_owned(), value.to_owned());
        }
        if metadata.len() > METADATA_MAX {
            return invalid(format!("Metadata has up to {METADATA_MAX} keys."));
        }
        self.read_inner("metadata");
        Ok(metadata)
    }

    /// Whether a parameter `name[…]` is present.
    pub(crate) fn has_hash(&self, name: &'a str) -> bool {
        self.params.names().any(|given| given.starts_with(&format!("{name}[")))
    }

    /// Checks that every parameter was read.
    ///
    /// # Errors
    /// Names the first unknown parameter. The provider knows more parameters than the simulator;
    /// the simulator rejects those that it does not simulate.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        let Some(name) = self.unread.first() else { return Ok(()) };
        let message = format!("Received unknown parameter: {name}");
        Err(ApiError::parameter("parameter_unknown", name, message))
    }

    fn read_inner(&mut self, name: &str) {
        let start = format!("{name}[");
        self.unread.retain(|unread| !unread.starts_with(&start));
    }
}

/// A required parameter is missing.
pub(crate) fn missing(name: &str) -> ApiError {
    ApiError::parameter("parameter_missing", name, format!("Missing required param: {name}."))
}
