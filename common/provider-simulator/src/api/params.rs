//! Request parameters in form encoding: `metadata[order]=17`.

use std::collections::BTreeMap;

/// Parameters by name, with brackets; two requests with equal parameters are the same request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    values: BTreeMap<String, String>,
}

impl Params {
    /// Parses a form or a query string. The last value of a repeated name is kept; `x[]` is
    /// numbered.
    #[must_use]
    pub fn parse(form: &str) -> Self {
        let mut params = Self::default();
        for (name, value) in form_urlencoded::parse(form.as_bytes()) {
            let name = match name.strip_suffix("[]") {
                Some(list) => format!("{list}[{}]", params.list(list).count()),
                None => name.into_owned(),
            };
            params.set(name, value);
        }
        params
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.insert(name.into(), value.into());
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The names and values within `hash[…]`, without the brackets.
    pub(crate) fn hash<'a>(&'a self, hash: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.values.iter().filter_map(move |(name, value)| {
            let inner = name.strip_prefix(hash)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((inner, value.as_str()))
        })
    }

    /// The values of `list[0]`, `list[1]` and so on.
    pub(crate) fn list<'a>(&'a self, list: &'a str) -> impl Iterator<Item = &'a str> {
        self.hash(list).filter(|(index, _)| index.parse::<u32>().is_ok()).map(|(_, value)| value)
    }
}
