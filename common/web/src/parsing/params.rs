//! Query strings: one response names every invalid parameter; unknown ones are ignored.

use std::fmt::Display;
use std::str::FromStr;

use crate::parsing::body::camel_case;
use crate::request::extract;
use crate::{Code, FieldError, Problem};

/// A query string declared by [`params!`](crate::params!).
pub trait FromParams: Sized {
    /// Takes the known parameters.
    fn from_params(params: &mut Params) -> Self;
}

/// Declares a query string of optional parameters, whose types parse text; errors state the rule.
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
        #[into_params(parameter_in = Query, rename_all = "camelCase")]
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

/// The parameters of a query string; a value is `None` if it is not UTF-8.
#[derive(Debug)]
pub struct Params {
    pairs: Vec<(String, Option<String>)>,
    errors: Vec<FieldError>,
}

impl Params {
    /// Takes the parameter of this Rust name (`startsAt` for `starts_at`); records an error if it is
    /// invalid.
    pub fn take<T: FromStr<Err: Display>>(&mut self, rust_name: &str) -> Option<T> {
        let name = &camel_case(rust_name);
        let mut given = self.pairs.extract_if(.., |(known, _)| known == name);
        let (_, text) = given.next()?;
        let is_repeated = given.count() > 0;
        let Some(text) = text else {
            return self.note(name, "must be UTF-8, percent-encoded");
        };
        if is_repeated {
            return self.note(name, "must be given once only");
        }
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => self.note(name, &error.to_string()),
        }
    }

    fn note<T>(&mut self, name: &str, message: &str) -> Option<T> {
        let field = Some(name.to_owned());
        self.errors.push(FieldError { message: message.to_owned(), field });
        None
    }

    fn read<T: FromParams>(query_string: &str) -> Result<T, Problem> {
        let pairs = query_string.split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)))
        });
        let mut params = Self { pairs: pairs.collect(), errors: Vec::new() };
        let value = T::from_params(&mut params);
        if params.errors.is_empty() {
            return Ok(value);
        }
        params.errors.sort_by(|a, b| a.field.cmp(&b.field));
        Err(Problem::new(Code::INVALID_REQUEST)
            .detail("Some parameters are invalid")
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

/// The query string, read and checked: 400 `invalid_request` with every repeated or invalid
/// parameter of the route. Unknown ones are ignored: links collect some (`utm_source`).
#[derive(Debug, Clone)]
pub struct QueryString<T>(pub T);

extract!(QueryString<T> where T: FromParams, Problem, |request| {
    Params::read(request.query_string()).map(Self)
});
