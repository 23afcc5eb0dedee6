//! Test vectors, for implementations of devices and doors: recomputed here, and verified by an
//! implementation in Python that shares no code with this one.

use std::path::{Path, PathBuf};

use admission_codes::{
    Claims, Code, DeviceKey, Epoch, PERIOD_S, UnixSeconds, Verified, sign_device_record,
    sign_epoch, sign_static,
};
use contract::Id;
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::Deserialize;
use testing::engines::qr_reader;

use crate::samples::at;

#[derive(Deserialize)]
struct Vectors {
    #[serde(rename = "static")]
    of_static: Vec<Vector>,
    rotating: Vec<RotatingVector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    issuer_seed: String,
    issuer_public_key: String,
    kid: u8,
    ticket: Id,
    admission: Id,
    credential_version: u16,
    not_after: u32,
    bytes: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RotatingVector {
    #[serde(flatten)]
    vector: Vector,
    device_seed: String,
    device_public_key: String,
    epoch: u32,
    record: String,
}

impl Vector {
    fn claims(&self) -> Claims {
        Claims {
            kid: self.kid,
            ticket: self.ticket,
            admission: self.admission,
            credential_version: self.credential_version,
            not_after: UnixSeconds::new(self.not_after),
        }
    }

    fn issuer(&self) -> SigningKey {
        key_pair(&self.issuer_seed, &self.issuer_public_key)
    }

    /// Compares the code with the vector, and verifies it at a second.
    fn check(&self, code: Code, seconds: u32, is_static: bool) {
        assert_eq!(hex::encode(code.to_bytes()), self.bytes);
        assert_eq!(code.to_string(), self.text);
        let parsed = Code::parse(&self.text).unwrap();
        let keys = |kid| (kid == self.kid).then(|| self.issuer().verifying_key());
        let verified = Verified { claims: self.claims(), is_static };
        assert_eq!(parsed.verify(keys, at(seconds)), Ok(verified));
    }
}

fn key_pair(seed: &str, public_key: &str) -> SigningKey {
    let key = SigningKey::from_bytes(&hex::decode(seed).unwrap().try_into().unwrap());
    let public_key: VerifyingKey = hex::decode(public_key).unwrap()[..].try_into().unwrap();
    assert_eq!(key.verifying_key(), public_key);
    key
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors.json")
}

fn vectors() -> Vectors {
    serde_json::from_slice(&std::fs::read(file()).unwrap()).unwrap()
}

#[test]
fn the_vectors_are_those_of_this_implementation() {
    let vectors = vectors();
    assert!(vectors.of_static.len() >= 2 && vectors.rotating.len() >= 2);
    for vector in &vectors.of_static {
        let code = sign_static(vector.claims(), &vector.issuer());
        vector.check(code, vector.not_after, true);
    }
    for RotatingVector { vector, device_seed, device_public_key, epoch, record } in
        &vectors.rotating
    {
        let device = key_pair(device_seed, device_public_key);
        let key = DeviceKey::try_from(device.verifying_key()).unwrap();
        let signed = sign_device_record(vector.claims(), key, &vector.issuer());
        assert_eq!(hex::encode(signed.to_bytes()), *record);
        let code = sign_epoch(signed, Epoch::new(*epoch), &device);
        vector.check(code, epoch * PERIOD_S, false);
    }
}

#[test]
fn another_implementation_verifies_the_vectors() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_vectors.py");
    let output = qr_reader::python(&script).arg(file()).output().unwrap();
    let (printed, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let vectors = vectors();
    let count = vectors.of_static.len() + vectors.rotating.len();
    assert_eq!(printed.trim(), count.to_string(), "{errors}");
}

#[test]
fn the_document_contains_the_first_vector_of_each_kind() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/admission-codes.md");
    let page = std::fs::read_to_string(path).unwrap();
    let Vectors { of_static, rotating } = vectors();
    let (of_static, rotating) = (&of_static[0], &rotating[0]);
    // Long values are written in lines of one code block.
    let page: String = page.lines().collect();
    let epoch = rotating.epoch.to_string();
    for value in [
        &of_static.issuer_seed,
        &of_static.bytes,
        &of_static.text,
        &rotating.device_seed,
        &epoch,
        &rotating.vector.bytes,
        &rotating.vector.text,
    ] {
        assert!(page.contains(value.as_str()), "{value} is not in the document");
    }
}
