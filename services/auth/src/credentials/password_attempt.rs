//! Limit on password guesses: each guess is counted before the password is verified, in the store
//! that all replicas share.
//!
//! Guesses are counted by a hash of the e-mail address, with or without an account, so that neither
//! a response nor a stored count discloses the existence of an account. Endless guesses by others
//! would lock out the owner; so guesses with the cookie of a known device, or from an address with
//! an earlier sign-in of the owner, have separate counts.

use actix_web::HttpRequest;
use contract::Timestamp;
use sha2::{Digest as _, Sha256};
use store::{Failure, Loaded, Stop, Store, Tx, Unavailable};
use web::ClientAddress;

use crate::Ports;
use crate::credentials::device_cookie::DeviceCookie;
use crate::credentials::hashing::Lane;
use crate::domain::{Devices, EmailAddress, Guesses, Refusal};

/// A request that claims an account.
#[derive(Debug, Clone)]
pub(crate) struct PasswordAttempt {
    /// Id of the common count, and of the account's devices.
    account: String,
    /// Id of the count of this client address, used after a sign-in of the owner from it.
    familiar: String,
    /// Id of the device, known after a sign-in of the owner on it.
    device: String,
    /// The cookie of the device, to set after a sign-in.
    pub(crate) cookie: DeviceCookie,
}

/// The device of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInDevice {
    /// A device with an earlier sign-in, or the first device of the account.
    Known,
    /// A device without an earlier sign-in, of which the owner is notified.
    New,
}

/// Deletes the guesses at an account and its devices. Counts of familiar addresses have ids of
/// their own, and expire.
pub(crate) fn forget(tx: &mut Tx<'_>, email: &EmailAddress) -> Loaded<()> {
    let account = format!("{:x}", Sha256::digest(email.as_str()));
    if tx.get::<Guesses>(&account)?.is_some() {
        tx.delete::<Guesses>(account.clone());
    }
    if tx.get::<Devices>(&account)?.is_some() {
        tx.delete::<Devices>(account);
    }
    Ok(())
}

impl PasswordAttempt {
    /// The claim of a request. Of several device cookies the first trusted one is used, or else the
    /// first.
    pub(crate) async fn of(
        ports: &Ports,
        email: &EmailAddress,
        address: ClientAddress,
        request: &HttpRequest,
    ) -> Result<Self, Unavailable> {
        // No address contains a line feed.
        let hash = |text: &str| format!("{:x}", Sha256::digest(text));
        let email = email.as_str();
        let account = hash(email);
        let device = |cookie: &DeviceCookie| hash(&format!("{email}\ndevice\n{}", cookie.text()));
        let cookies = DeviceCookie::all_of(request, ports);
        let trusted = if cookies.len() > 1 {
            let (known, now) = (ports.store.find::<Devices>(&account).await?, ports.clock.now());
            let is_trusted = |cookie: &&DeviceCookie| {
                known.as_ref().is_some_and(|known| known.is_trusted(&device(cookie), now))
            };
            cookies.iter().find(is_trusted)
        } else {
            None
        };
        let known = trusted.or(cookies.first()).cloned();
        let cookie = known.unwrap_or_else(|| DeviceCookie::new(&ports.ids));
        let (familiar, device) = (hash(&format!("{email}\n{address}")), device(&cookie));
        Ok(Self { account, familiar, device, cookie })
    }

    pub(crate) async fn lane(&self, store: &Store, now: Timestamp) -> Result<Lane, Unavailable> {
        let devices = store.find::<Devices>(&self.account).await?;
        let is_trusted = devices.is_some_and(|devices| devices.is_trusted(&self.device, now));
        let is_familiar = is_trusted || store.find::<Guesses>(&self.familiar).await?.is_some();
        Ok(if is_familiar { Lane::Familiar } else { Lane::Strangers })
    }

    /// Counts a guess. Errors: [`Refusal::TooSoon`]: the password must not be verified.
    pub(crate) async fn guess(&self, store: &Store) -> Result<(), Failure<Refusal>> {
        let attempt = self.clone();
        store.transact(move |tx| attempt.count(tx)).await
    }

    fn count(&self, tx: &mut Tx<'_>) -> Result<(), Stop<Refusal>> {
        let now = tx.now();
        if let Some(devices) = self.trusted(tx)? {
            tx.save(devices.guess(&self.device, now)?);
            return Ok(());
        }
        let known = match tx.get::<Guesses>(&self.familiar)? {
            Some(familiar) => Some(familiar),
            None => tx.get::<Guesses>(&self.account)?,
        };
        let known = known.unwrap_or_else(|| Guesses::none(self.account.clone(), now));
        tx.put(known.guess(now)?);
        Ok(())
    }

    /// The account's devices, if this device is trusted.
    fn trusted(&self, tx: &mut Tx<'_>) -> Loaded<Option<Devices>> {
        let now = tx.now();
        let devices = tx.get::<Devices>(&self.account)?;
        Ok(devices.filter(|devices| devices.is_trusted(&self.device, now)))
    }

    /// Records a sign-in: as [`PasswordAttempt::was_right`], and the device becomes a known one,
    /// since its browser receives the cookie.
    pub(crate) fn signed_in(&self, tx: &mut Tx<'_>) -> Loaded<SignInDevice> {
        self.was_right(tx)?;
        let now = tx.now();
        let devices = tx.get::<Devices>(&self.account)?;
        let devices = devices.unwrap_or_else(|| Devices::none(self.account.clone(), now));
        let device = if devices.is_known(&self.device) || devices.devices.is_empty() {
            SignInDevice::Known
        } else {
            SignInDevice::New
        };
        tx.put(devices.signed_in(self.device.clone(), now));
        Ok(device)
    }

    /// Records a right password: its count is reset, and the client address becomes a familiar one.
    pub(crate) fn was_right(&self, tx: &mut Tx<'_>) -> Loaded<()> {
        let now = tx.now();
        let devices = tx.get::<Devices>(&self.account)?;
        let is_trusted =
            devices.as_ref().is_some_and(|devices| devices.is_trusted(&self.device, now));
        let is_familiar = tx.get::<Guesses>(&self.familiar)?.is_some();
        if !is_trusted && !is_familiar && tx.get::<Guesses>(&self.account)?.is_some() {
            tx.delete::<Guesses>(&self.account);
        }
        if let Some(devices) = devices.filter(|devices| devices.is_known(&self.device)) {
            tx.save(devices.signed_in(self.device.clone(), now));
        }
        tx.put(Guesses::familiar(self.familiar.clone(), now));
        Ok(())
    }
}
