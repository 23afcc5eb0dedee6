//! Certificate authorities of an SMTP server.

use std::path::Path;
use std::{fs, io};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};

/// Start of a certificate in PEM (RFC 7468).
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

/// Authorities, one of which has signed the certificate of the server; by default the public
/// ones of Mozilla's list.
#[derive(Debug, Clone, Default)]
pub struct Authorities(Option<Certificate>);

impl Authorities {
    /// The authorities of a PEM file, and no others.
    ///
    /// # Errors
    /// The file cannot be read, contains no certificate, or one that is invalid.
    pub fn read(file: &Path) -> io::Result<Self> {
        let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
        let pem = fs::read_to_string(file)?;
        if !pem.contains(CERTIFICATE) {
            return Err(invalid("it contains no certificate in PEM".to_owned()));
        }
        let certificates = Certificate::from_pem(pem.as_bytes());
        let own = certificates.map(|it| Self(Some(it))).map_err(|it| invalid(it.to_string()))?;
        // Certificates are examined when they become the parameters of a connection.
        own.tls("localhost").map_err(|error| invalid(error.to_string()))?;
        Ok(own)
    }

    /// The parameters of an encrypted connection to a server of this name.
    pub(super) fn tls(&self, host: &str) -> Result<TlsParameters, Error> {
        let parameters = TlsParameters::builder(host.to_owned());
        let parameters = match &self.0 {
            None => parameters,
            Some(own) => parameters
                .certificate_store(CertificateStore::None)
                .add_root_certificate(own.clone()),
        };
        parameters.build_rustls()
    }
}
