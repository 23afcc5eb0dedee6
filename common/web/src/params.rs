//! Query strings: parsed as strictly as bodies, every parameter that breaks a rule named at once.

use std::fmt::Display;
use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::code::Code;
use crate::problem::{FieldError, Problem};

/// A query string that [`params!`](crate::params!) declared.
pub trait FromParams: Sized {
    /// Takes the parameters it knows.
    fn from_params(params: &mut Params) -> Self;
}

/// Declares a query string: each parameter may be absent, and its type parses itself from the text and says its rule.
#[macro_export]
macro_rules! params {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, ::utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        $vis struct $name {
            $($(#[$field_meta])* #[param(inline)] $field_vis $field: Option<$type>,)*
        }

        impl $crate::params::FromParams for $name {
            fn from_params(params: &mut $crate::params::Params) -> Self {
                Self { $($field: params.take::<$type>(stringify!($field)),)* }
            }
        }
    };
}

/// The parameters of a query string.
#[derive(Debug)]
pub struct Params {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Params {
    /// Takes the parameter of this name; notes what is wrong with it.
    pub fn take<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        let at = self.pairs.iter().position(|(known, _)| known == name)?;
        let (_, text) = self.pairs.swap_remove(at);
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(name, &error.to_string());
                None
            }
        }
    }

    fn note(&mut self, name: &str, message: &str) {
        let field = Some(name.chars().take(100).collect());
        self.errors.push(FieldError { message: message.to_owned(), field });
    }

    fn read<T: FromParams>(query_string: &str) -> Result<T, Problem> {
        let mut params = Self { pairs: Vec::new(), errors: Vec::new() };
        for pair in query_string.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                params.note(name, "must be UTF-8, percent-encoded");
                continue;
            };
            if params.pairs.iter().any(|(known, _)| *known == name) {
                params.note(&name, "must be given once only");
            } else {
                params.pairs.push((name, value));
            }
        }
        let value = T::from_params(&mut params);
        for (name, _) in std::mem::take(&mut params.pairs) {
            params.note(&name, "is not a parameter of this request");
        }
        if params.errors.is_empty() {
            return Ok(value);
        }
        params.errors.sort_by(|a, b| a.field.cmp(&b.field));
        Err(Problem::new(Code::InvalidRequest)
            .detail("Some parameters break a rule")
            .errors(params.errors))
    }
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// The query string, read and checked.
///
/// # Errors
/// 400 `invalid_request`, with every parameter that is unknown, given twice or breaks its rule.
#[derive(Debug, Clone)]
pub struct QueryString<T>(pub T);

impl<T: FromParams + 'static> FromRequest for QueryString<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Params::read(request.query_string()).map(Self))
    }
}
