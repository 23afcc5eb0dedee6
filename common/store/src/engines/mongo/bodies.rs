//! JSON text to BSON and back.
//!
//! Not by the conversion of the driver: it reads an object such as `{"$oid": …}` as a BSON type, so
//! a document would not return as it was stored.

use mongodb::bson::{Bson, Document};
use serde_json::{Map, Number, Value};

/// A JSON text as BSON: numbers without a fraction are 64-bit integers. Fails when the text is not
/// JSON, or a number fits no 64-bit type.
pub(super) fn to_bson(body: &str) -> Result<Bson, String> {
    let value: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    bson(value)
}

fn bson(value: Value) -> Result<Bson, String> {
    Ok(match value {
        Value::Null => Bson::Null,
        Value::Bool(value) => Bson::Boolean(value),
        Value::String(value) => Bson::String(value),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Bson::Int64(integer),
            (None, Some(float)) if !number.is_u64() => Bson::Double(float),
            (None, _) => return Err(format!("{number} fits no 64-bit integer")),
        },
        Value::Array(values) => {
            Bson::Array(values.into_iter().map(bson).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| Ok((name, bson(value)?)));
            Bson::Document(fields.collect::<Result<Document, String>>()?)
        }
    })
}

/// BSON as JSON text. Fails when it contains a type that [`to_bson`] never produces.
pub(super) fn to_json(bson: &Bson) -> Result<String, String> {
    Ok(value(bson)?.to_string())
}

fn value(bson: &Bson) -> Result<Value, String> {
    Ok(match bson {
        Bson::Null => Value::Null,
        Bson::Boolean(value) => Value::Bool(*value),
        Bson::String(value) => Value::String(value.clone()),
        Bson::Int32(value) => Value::Number((*value).into()),
        Bson::Int64(value) => Value::Number((*value).into()),
        Bson::Double(value) => {
            Value::Number(Number::from_f64(*value).ok_or("a number is not finite")?)
        }
        Bson::Array(values) => Value::Array(values.iter().map(value).collect::<Result<_, _>>()?),
        Bson::Document(fields) => {
            let fields = fields.iter().map(|(name, field)| Ok((name.clone(), value(field)?)));
            Value::Object(fields.collect::<Result<Map<_, _>, String>>()?)
        }
        other => return Err(format!("a field has the type {:?}", other.element_type())),
    })
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

    #[test]
    fn an_object_with_the_name_of_a_bson_type_remains_an_object() {
        for body in [r#"{"$oid":"507f1f77bcf86cd799439011"}"#, r#"{"$numberLong":"1"}"#] {
            assert_eq!(to_json(&to_bson(body).unwrap()).unwrap(), body);
        }
    }

    #[test]
    fn a_bson_type_without_a_json_form_is_rejected() {
        to_json(&mongodb::bson::oid::ObjectId::from_bytes([0; 12]).into()).unwrap_err();
    }
}
