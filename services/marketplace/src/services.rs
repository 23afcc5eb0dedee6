//! Every service that the program contains.

use contract::catalogue;
use service::ServiceDefinition;

/// The services. A request's route is searched from the first to the last: those of an on-sale
/// crowd come first, and the pages last: they include every path that is no other's.
pub static ALL: &[&ServiceDefinition] = &[
    &orders::DEFINITION,
    &tickets::DEFINITION,
    &payments::DEFINITION,
    &auth::DEFINITION,
    &expiration::DEFINITION,
    &mail::DEFINITION,
    &admissions::DEFINITION,
    &storefront::DEFINITION,
];

/// The service of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static ServiceDefinition> {
    ALL.iter().copied().find(|definition| definition.name() == name)
}

/// Every service, in the order of the catalogue: that of names in commands and tests.
pub fn in_order() -> impl Iterator<Item = &'static ServiceDefinition> {
    catalogue::services::names().filter_map(find)
}
