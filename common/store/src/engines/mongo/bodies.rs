//! JSON text to BSON and back.

use mongodb::bson::{Bson, serialize_to_bson};
use serde_json::Value;

/// A JSON text as BSON: numbers without a fraction are 64-bit integers.
///
/// # Errors
/// When the text is not JSON, or a number fits no 64-bit type.
pub(super) fn to_bson(body: &str) -> Result<Bson, String> {
    let value: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    serialize_to_bson(&value).map_err(|error| error.to_string())
}

/// BSON as JSON text. A type that [`to_bson`] never produces becomes an object with its name, which
/// no field of a document accepts.
///
/// # Errors
/// When it has no JSON form.
pub(super) fn to_json(bson: &Bson) -> Result<String, String> {
    serde_json::to_string(bson).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{to_bson, to_json};

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "\\PC*".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::hash_map("[a-zA-Z$._]{1,8}", inner, 0..6)
                    .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn json_survives_a_round_trip(value in any_json()) {
            let bson = to_bson(&value.to_string()).unwrap();
            let back: serde_json::Value = serde_json::from_str(&to_json(&bson).unwrap()).unwrap();
            prop_assert_eq!(back, value);
        }
    }

    #[test]
    fn a_number_that_bson_cannot_represent_is_rejected() {
        to_bson("18446744073709551615").unwrap_err();
        to_bson("[1").unwrap_err();
    }
}
