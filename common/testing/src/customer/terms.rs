//! The terms of an offer, and parts of bodies.

use serde_json::{Number, Value, json};

/// The terms of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The title.
    pub title: String,
    /// The price of a unit, in cents.
    pub cents: u32,
    /// Units on offer.
    pub quantity: u32,
    /// The description, if the offer has one.
    pub description: Option<&'static str>,
}

impl Terms {
    /// Terms of an offer whose title states its price.
    pub fn of(cents: u32, quantity: u32) -> Self {
        Self { title: format!("Show {cents}"), cents, quantity, description: None }
    }

    pub(super) fn body(&self) -> Value {
        let Self { title, cents, quantity, description } = self;
        let body = json!({"title": title, "price": amount(*cents), "quantity": quantity});
        with(body, "description", description.map(Value::from))
    }
}

/// An object with a further field, if the field has a value.
pub(super) fn with(mut body: Value, field: &str, value: Option<Value>) -> Value {
    if let (Some(object), Some(value)) = (body.as_object_mut(), value) {
        object.insert(field.to_owned(), value);
    }
    body
}

/// Converts cents to an amount, exactly.
pub(super) fn amount(cents: u32) -> Number {
    format!("{}.{:02}", cents / 100, cents % 100).parse().unwrap()
}
