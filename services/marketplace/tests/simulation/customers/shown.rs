//! Codes that holders show at doors.

use admission_codes::{DeviceRecord, Epoch, sign_epoch};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::Timestamp;
use ed25519_dalek::SigningKey;

/// A code that a holder can show.
pub(super) enum Shown {
    /// A static one.
    Paper(String),
    /// The code that a device signs in each period.
    Device { key: Box<SigningKey>, record: Box<DeviceRecord> },
}

impl Shown {
    /// The code of the device with a public key, by the record of a response.
    pub(super) fn by_device(public: &str, record: &str) -> Self {
        let mut keys = (0..=u8::MAX).map(key_of);
        let key = keys.find(|key| encoded(key) == public).expect("the key of a device");
        let record = URL_SAFE_NO_PAD.decode(record).expect("a record in base64");
        let record = DeviceRecord::from_bytes(&record).expect("a record");
        Self::Device { key: Box::new(key), record: Box::new(record) }
    }

    /// The text of the code.
    pub(super) fn text(&self, now: Timestamp) -> String {
        match self {
            Self::Paper(text) => text.clone(),
            Self::Device { key, record } => sign_epoch(**record, Epoch::at(now), key).to_string(),
        }
    }
}

/// The public key of a device.
pub(super) fn public_key(device: u8) -> String {
    encoded(&key_of(device))
}

fn key_of(device: u8) -> SigningKey {
    SigningKey::from_bytes(&[device; 32])
}

fn encoded(key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(key.verifying_key())
}
