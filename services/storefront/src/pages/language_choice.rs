//! POST /language: the language of the pages from now on.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderValue, SET_COOKIE};

use crate::failure::Failure;
use crate::form::Form;
use crate::language::{COOKIE_NAME, Language};
use crate::paths::own_path;
use crate::visit::Visit;

/// How long the choice holds: a year.
const AGE_S: u32 = 31_536_000;

/// Sets the cookie of a known language, and leads back.
pub(crate) async fn choose(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    let language = Language::of_tag(form.value("language"));
    let language = language.ok_or(Failure::Invalid("language must be en or de"))?;
    let mut response = visit.go_to(own_path(form.given("return")));
    let cookie = format!(
        "{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={AGE_S}",
        language.code()
    );
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
