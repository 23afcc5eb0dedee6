//! Codes of devices: one that the device renews, and that ends all others of its admission.

use std::time::Duration;

use admission_codes::{DeviceRecord, Epoch, sign_epoch};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::AdmissionId;
use contract::admission::UPDATED;
use ed25519_dalek::SigningKey;
use serde_json::json;
use testing::platforms::START;
use testing::{Reply, User};

use crate::doors::{code, open, result, scan};
use crate::fixture::{Fixture, TICKET, complete_order, returned};

/// A device: its key, and the record of an admission.
struct Device {
    key: SigningKey,
    record: DeviceRecord,
    version: u64,
}

fn public_key(key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(key.verifying_key())
}

async fn request(app: &Fixture, by: &User, id: AdmissionId, key: &SigningKey) -> Reply {
    let path = format!("/api/admissions/{id}/device");
    app.post(Some(by), &path, &json!({"publicKey": public_key(key)})).await
}

impl Device {
    /// Binds an admission to a device with the key of this seed.
    async fn bind(app: &Fixture, by: &User, id: AdmissionId, seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let bound = request(app, by, id, &key).await.expect(201);
        assert_eq!(bound.header("cache-control"), "no-store");
        assert_eq!(bound.at("period"), 15);
        let record = URL_SAFE_NO_PAD.decode(bound.text("record")).unwrap();
        let record = DeviceRecord::from_bytes(&record).unwrap();
        Self { key, record, version: bound.at("credentialVersion").as_u64().unwrap() }
    }

    /// The code that it shows some seconds after the start of the test.
    fn code(&self, seconds: u64) -> String {
        let epoch = Epoch::at(START.plus(Duration::from_secs(seconds)));
        sign_epoch(self.record, epoch, &self.key).to_string()
    }
}

#[tokio::test]
async fn a_device_enters_by_the_code_of_its_period_and_an_older_copy_is_expired() {
    let (app, ann, ids) = open().await;
    let device = Device::bind(&app, &ann, ids[0], 1).await;
    let copy = device.code(0);
    app.clock().advance(Duration::from_secs(45));
    assert_eq!(result(&scan(&app, "copy", &copy).await.expect(200)), "expired_code");
    let early = device.code(75);
    assert_eq!(result(&scan(&app, "early", &early).await.expect(200)), "expired_code");
    assert_eq!(result(&scan(&app, "present", &device.code(30)).await.expect(200)), "admitted");
    assert_eq!(result(&scan(&app, "again", &device.code(45)).await.expect(200)), "already_used");
}

#[tokio::test]
async fn a_record_is_no_code_of_another_key() {
    let (app, ann, ids) = open().await;
    let device = Device::bind(&app, &ann, ids[0], 1).await;
    let thief = Device { key: SigningKey::from_bytes(&[2; 32]), ..device };
    assert_eq!(result(&scan(&app, "1", &thief.code(0)).await.expect(200)), "forged");
}

#[tokio::test]
async fn a_bound_admission_has_no_static_code_and_earlier_ones_are_superseded() {
    let (app, ann, ids) = open().await;
    let paper = code(&app, &ann, ids[0]).await;
    let device = Device::bind(&app, &ann, ids[0], 1).await;
    assert_eq!(device.version, 2);
    let path = format!("/api/admissions/{}", ids[0]);
    let shown = app.get(Some(&ann), &format!("{path}/code")).await;
    shown.expect_problem(409, "held_by_device");
    assert_eq!(app.get(Some(&ann), &path).await.expect(200).at("credentialVersion"), 2);
    assert_eq!(result(&scan(&app, "paper", &paper).await.expect(200)), "superseded");
    assert_eq!(result(&scan(&app, "device", &device.code(0)).await.expect(200)), "admitted");
}

#[tokio::test]
async fn another_device_ends_the_codes_of_the_first_and_the_same_key_binds_once() {
    let (app, ann, ids) = open().await;
    let first = Device::bind(&app, &ann, ids[0], 1).await;
    let repeat = Device::bind(&app, &ann, ids[0], 1).await;
    assert_eq!((first.version, repeat.version), (2, 2));
    let second = Device::bind(&app, &ann, ids[0], 2).await;
    assert_eq!(second.version, 3);
    assert_eq!(result(&scan(&app, "1", &first.code(0)).await.expect(200)), "superseded");
    assert_eq!(result(&scan(&app, "2", &second.code(0)).await.expect(200)), "admitted");
    app.settle().await;
    assert_eq!(app.published(UPDATED).await.len(), 2);
}

#[tokio::test]
async fn an_unbound_admission_has_a_static_code_again() {
    let (app, ann, ids) = open().await;
    let path = format!("/api/admissions/{}/device", ids[0]);
    let unbind = async || app.delete(Some(&ann), &path).await.expect(204);
    // Without a device it has no effect.
    unbind().await;
    let device = Device::bind(&app, &ann, ids[0], 1).await;
    assert_eq!(device.version, 2);
    for _ in 0..2 {
        unbind().await;
    }
    assert_eq!(result(&scan(&app, "1", &device.code(0)).await.expect(200)), "superseded");
    let paper = code(&app, &ann, ids[0]).await;
    assert_eq!(result(&scan(&app, "2", &paper).await.expect(200)), "admitted");
    app.settle().await;
    let versions = app.published(UPDATED).await;
    assert_eq!(versions.len(), 2);
}

#[tokio::test]
async fn a_ticket_with_codes_of_devices_only_has_no_code_on_paper() {
    let (app, ann, ids) = open().await;
    let paper = code(&app, &ann, ids[0]).await;
    app.forbid_static_codes(TICKET).await;
    let path = format!("/api/admissions/{}/code", ids[0]);
    app.get(Some(&ann), &path).await.expect_problem(409, "device_only");
    assert_eq!(result(&scan(&app, "paper", &paper).await.expect(200)), "superseded");
    let device = Device::bind(&app, &ann, ids[0], 1).await;
    assert_eq!(result(&scan(&app, "device", &device.code(0)).await.expect(200)), "admitted");
}

#[tokio::test]
async fn a_device_is_bound_by_the_holder_of_a_valid_admission_only() {
    let (app, ann, ids) = open().await;
    let key = SigningKey::from_bytes(&[1; 32]);
    request(&app, &app.user(), ids[0], &key).await.expect_problem(404, "not_found");
    let path = format!("/api/admissions/{}/device", ids[0]);
    app.delete(Some(&app.user()), &path).await.expect_problem(404, "not_found");
    app.complete(&returned(&complete_order(1, &ann, 2), 2)).await;
    request(&app, &ann, ids[0], &key).await.expect_problem(409, "not_valid");
    app.delete(Some(&ann), &path).await.expect_problem(409, "not_valid");
}
