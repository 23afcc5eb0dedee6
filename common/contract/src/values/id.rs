//! Ids: twelve bytes, written as 24 lower-case hex digits, that begin with the second of creation.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use derive_more::{Debug, Display};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::time::Timestamp;

/// Bytes of an id.
pub const ID_BYTES: usize = 12;

/// An untyped id; services use the typed ones below.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[debug("{self}")]
pub struct Id([u8; ID_BYTES]);

/// The text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 24 hex digits")]
pub struct NotAnId;

impl Id {
    /// The id with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; ID_BYTES]) -> Self {
        Self(bytes)
    }

    /// The id's bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; ID_BYTES] {
        self.0
    }

    /// The start of the second in which the id was created, by its creator's clock.
    #[must_use]
    pub fn minted_at(self) -> Timestamp {
        let [a, b, c, d, ..] = self.0;
        Timestamp::from_unix_ms(i64::from(u32::from_be_bytes([a, b, c, d])) * 1000)
    }

    /// The smallest id created in the second of a moment, or in the nearest one from 1970 to 2106.
    #[must_use]
    pub fn first_minted_at(at: Timestamp) -> Self {
        let seconds = at.unix_ms().div_euclid(1_000).clamp(0, i64::from(u32::MAX));
        let [.., a, b, c, d] = seconds.to_be_bytes();
        Self([a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    /// The hex digits, without an allocation: a commit prints hundreds of ids.
    fn digits(self, buffer: &mut [u8; ID_BYTES * 2]) -> &str {
        // The buffer has the length of the digits.
        let _ = hex::encode_to_slice(self.0, buffer);
        str::from_utf8(buffer).unwrap_or_default()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.digits(&mut [0; _]))
    }
}

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut bytes = [0; ID_BYTES];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotAnId)?;
        Ok(Self(bytes))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.digits(&mut [0; _]))
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HexDigits;
        impl serde::de::Visitor<'_> for HexDigits {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id of 24 hex digits")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(HexDigits)
    }
}

/// An id of one kind: an [`OrderId`] is never taken for a [`TicketId`]. `K` is one of [`kind`].
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Display, Serialize, Deserialize,
)]
#[serde(transparent, bound = "")]
#[debug("{_0}")]
#[display("{_0}")]
pub struct TypedId<K>(Id, PhantomData<fn() -> K>);

impl<K> TypedId<K> {
    /// The typed id with the value of an untyped one.
    #[must_use]
    pub const fn new(id: Id) -> Self {
        Self(id, PhantomData)
    }

    /// The untyped id.
    #[must_use]
    pub const fn untyped(self) -> Id {
        self.0
    }

    /// The start of the second in which the id was created.
    #[must_use]
    pub fn minted_at(self) -> Timestamp {
        self.0.minted_at()
    }
}

impl<K> FromStr for TypedId<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.parse().map(Self::new)
    }
}

impl<K> From<Id> for TypedId<K> {
    fn from(id: Id) -> Self {
        Self::new(id)
    }
}

impl<K> From<TypedId<K>> for Id {
    fn from(id: TypedId<K>) -> Self {
        id.0
    }
}

impl<K> utoipa::PartialSchema for TypedId<K> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9a-fA-F]{24}$"))
            .description(Some("24 hex digits"))
            .examples([serde_json::json!("692000f2a1b2c3d4e5f60718")])
            .into()
    }
}

impl<K> utoipa::ToSchema for TypedId<K> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident, $id:ident;)+) => {
        /// The kinds of ids; types without values.
        pub mod kind {
            $(
                $(#[$doc])*
                #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
                pub enum $kind {}
            )+
        }

        $(
            $(#[$doc])*
            pub type $id = TypedId<kind::$kind>;
        )+
    };
}

kinds! {
    /// An account.
    User, UserId;
    /// A session of an account: from sign-in to sign-out.
    Session, SessionId;
    /// A ticket of a seller.
    Ticket, TicketId;
    /// A show of a seller.
    Show, ShowId;
    /// An image of a show.
    Image, ImageId;
    /// An order.
    Order, OrderId;
    /// One attempt to collect the money of an order.
    Payment, PaymentId;
    /// A refund of a payment.
    Refund, RefundId;
    /// A payer's dispute of a payment at the bank.
    Dispute, DisputeId;
    /// A report of an offer by an account.
    Report, ReportId;
    /// The right of one holder to enter once.
    Admission, AdmissionId;
    /// A device that checks codes at a door.
    Gate, GateId;
    /// An offer of admissions to another person.
    Transfer, TransferId;
}
