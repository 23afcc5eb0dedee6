//! One call of an operation. Its parameters are read by name; one left over is unknown.

use std::collections::BTreeMap;

use crate::api::error::ApiError;
use crate::provider::Provider;
use crate::state::card::TestCard;

/// Limits of metadata (Stripe, "metadata": 50 keys, names of 40 and values of 500 characters).
const METADATA_MAX: usize = 50;
const METADATA_NAME_MAX: usize = 40;
const METADATA_VALUE_MAX: usize = 500;

/// A call of an operation: the id in its path, the provider, the parameters not read yet.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) id: &'a str,
    pub(crate) provider: &'a mut Provider,
    unread: BTreeMap<&'a str, &'a str>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        id: &'a str,
        params: &'a BTreeMap<String, String>,
        provider: &'a mut Provider,
    ) -> Self {
        let unread = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Self { id, provider, unread }
    }

    /// An optional text; an empty one is an error.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<&'a str>, ApiError> {
        match self.unread.remove(name) {
            Some("") => {
                let message = format!("You passed an empty string for '{name}'.");
                Err(ApiError::parameter("parameter_invalid_empty", name, message))
            }
            value => Ok(value),
        }
    }

    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let number = text.parse().map_err(|_| {
            let message = format!("Invalid integer: {text}");
            ApiError::parameter("parameter_invalid_integer", name, message)
        })?;
        Ok(Some(number))
    }

    /// An optional number of minor units, above zero.
    pub(crate) fn amount(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        let amount = self.integer(name)?;
        if amount.is_some_and(|amount| amount < 1) {
            let message = "This value must be greater than or equal to 1.";
            return Err(ApiError::parameter("parameter_invalid_integer", name, message));
        }
        Ok(amount)
    }

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

    /// The values within `name[…]`, each with the text in the brackets.
    pub(crate) fn hash(&mut self, name: &str) -> Vec<(&'a str, &'a str)> {
        let within = |key: &'a str| key.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']');
        let found = self.unread.iter().filter_map(|(key, value)| Some((within(key)?, *value)));
        let found = found.collect();
        self.unread.retain(|key, _| within(key).is_none());
        found
    }

    /// The client's metadata of an object. An empty value removes the name.
    pub(crate) fn metadata(&mut self) -> Result<BTreeMap<String, String>, ApiError> {
        let invalid = |message: String| Err(ApiError::invalid("metadata", message));
        let mut metadata = BTreeMap::new();
        for (name, value) in self.hash("metadata") {
            if value.is_empty() {
                continue;
            }
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
        Ok(metadata)
    }

    /// The card, by name or by token.
    pub(crate) fn card(&mut self) -> Result<Option<&'static TestCard>, ApiError> {
        const NAME: &str = "payment_method";
        const TYPE: &str = "payment_method_data[type]";
        const TOKEN: &str = "payment_method_data[card][token]";
        let (named, data_type) = (self.text(NAME)?, self.choice(TYPE, &[("card", ())])?);
        match (named, data_type, self.text(TOKEN)?) {
            (None, None, None) => Ok(None),
            (Some(id), None, None) => {
                let card = TestCard::find("pm_card_", id).map(Some);
                card.ok_or_else(|| ApiError::missing("PaymentMethod", id, NAME))
            }
            (None, Some(()), Some(token)) => {
                let card = TestCard::find("tok_", token).map(Some);
                card.ok_or_else(|| ApiError::missing("token", token, TOKEN))
            }
            (None, None, Some(_)) => Err(ApiError::missing_parameter(TYPE)),
            (None, Some(()), None) => Err(ApiError::missing_parameter(TOKEN)),
            (Some(_), Some(()), _) | (Some(_), None, Some(_)) => {
                let message = "Pass either payment_method or payment_method_data.";
                Err(ApiError::parameter("parameters_exclusive", NAME, message))
            }
        }
    }

    /// Checks that every parameter was read. The provider knows more parameters than the simulator,
    /// which rejects those that it does not simulate.
    pub(crate) fn finish(&self) -> Result<(), ApiError> {
        let Some(name) = self.unread.keys().next() else { return Ok(()) };
        let message = format!("Received unknown parameter: {name}");
        Err(ApiError::parameter("parameter_unknown", name, message))
    }
}
