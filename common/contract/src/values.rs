//! Values that cross a service boundary.

pub mod amount_rules;
pub mod backoff;
pub mod currency;
pub mod email;
pub mod id;
pub mod language;
pub mod link_token;
pub mod money;
pub mod number;
pub mod text;
pub mod time;

/// Implements the OpenAPI schema of a type that is one JSON value.
#[macro_export]
macro_rules! schema {
    ($type:ty, $kind:ident, $($method:ident($value:expr)),+ $(,)?) => {
        impl ::utoipa::PartialSchema for $type {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                let schema = ::utoipa::openapi::ObjectBuilder::new();
                let schema = schema.schema_type(::utoipa::openapi::schema::Type::$kind);
                schema$(.$method($value))+.into()
            }
        }

        impl ::utoipa::ToSchema for $type {}
    };
}
