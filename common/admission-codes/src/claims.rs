//! The claims of a code, and their bytes.

use contract::Id;

use crate::bytes::take;
use crate::times::UnixSeconds;

/// The version of the format.
const VERSION: u8 = 1;

/// The right that the issuer signs: one entry for a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Claims {
    /// The id of the issuer's key.
    pub kid: u8,
    /// The ticket.
    pub ticket: Id,
    /// The admission.
    pub admission: Id,
    /// The number of holders and devices that the admission has had; a door that knows a higher
    /// one rejects the code.
    pub credential_version: u16,
    /// The last second in which the code is valid.
    pub not_after: UnixSeconds,
}

/// The kind of a record: its third byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Valid by itself.
    Static,
    /// Valid with the signature of a device.
    Device,
}

impl Kind {
    const fn byte(self) -> u8 {
        match self {
            Self::Static => 0,
            Self::Device => 1,
        }
    }
}

impl Claims {
    /// The 33 bytes at the start of a record of this kind.
    pub(crate) fn to_bytes(self, kind: Kind) -> Vec<u8> {
        let mut bytes = vec![VERSION, self.kid, kind.byte()];
        bytes.extend(self.ticket.to_bytes());
        bytes.extend(self.admission.to_bytes());
        bytes.extend(self.credential_version.to_be_bytes());
        bytes.extend(self.not_after.get().to_be_bytes());
        bytes
    }

    /// The claims at the front of `bytes`, which are removed from it; none if they are of another
    /// version or kind.
    pub(crate) fn take_from(bytes: &mut &[u8], record: Kind) -> Option<Self> {
        let [version, kid, of_kind] = take(bytes)?;
        if version != VERSION || of_kind != record.byte() {
            return None;
        }
        Some(Self {
            kid,
            ticket: Id::from_bytes(take(bytes)?),
            admission: Id::from_bytes(take(bytes)?),
            credential_version: u16::from_be_bytes(take(bytes)?),
            not_after: UnixSeconds::new(u32::from_be_bytes(take(bytes)?)),
        })
    }
}
