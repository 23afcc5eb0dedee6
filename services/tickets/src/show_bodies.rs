//! The place of a show in the bodies of requests.

use crate::domain::{Address, Place, TimeZone, Venue};

web::body! {
    /// The place of a show.
    pub(crate) struct VenueBody {
        /// 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C.
        #[schema(value_type = String, min_length = 1, max_length = 800)]
        pub(crate) name: Venue,
        /// A name of the IANA time zone database, such as `Europe/Berlin`, in any case.
        #[schema(value_type = String)]
        pub(crate) time_zone: TimeZone,
        /// The postal address: 1 to 500 characters on one line.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
        pub(crate) address: Option<Address>,
    }
}

impl From<VenueBody> for Place {
    fn from(VenueBody { name, time_zone, address }: VenueBody) -> Self {
        Self { name, time_zone, address }
    }
}
