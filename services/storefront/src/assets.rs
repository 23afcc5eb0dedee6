//! Style sheet, script and pictures: in the program, compressed once, named by their hash.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use actix_web::{HttpRequest, HttpResponse, Responder as _};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use web::FileResponse;

use crate::encodings::accepts;

/// Every file of `assets/`: its name, media type and content.
const FILES: &[(&str, &str, &[u8])] = &[
    ("boxoffice.css", "text/css; charset=utf-8", include_bytes!("../assets/boxoffice.css")),
    ("boxoffice.js", SCRIPT, include_bytes!("../assets/boxoffice.js")),
    ("card.js", SCRIPT, include_bytes!("../assets/card.js")),
    ("device.js", SCRIPT, include_bytes!("../assets/device.js")),
    ("gate-codes.js", SCRIPT, include_bytes!("../assets/gate-codes.js")),
    ("gate-door.js", SCRIPT, include_bytes!("../assets/gate-door.js")),
    (WORKER, SCRIPT, include_bytes!("../assets/gate-worker.js")),
    ("gate.js", SCRIPT, include_bytes!("../assets/gate.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
    ("qr-decode.js", SCRIPT, include_bytes!("../assets/qr-decode.js")),
    ("qr.js", SCRIPT, include_bytes!("../assets/qr.js")),
];

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The service worker of gates.
const WORKER: &str = "gate-worker.js";

/// The policy of the service worker, whose only requests are those of the page.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'";

/// Quality of the compression, 0 to 11: it happens once.
const BROTLI_QUALITY: u32 = 11;

/// Size of the window of the compression, as an exponent of 2.
const BROTLI_WINDOW: u32 = 22;

struct Asset {
    url: String,
    hash: String,
    media_type: &'static str,
    plain: Bytes,
    compressed: Bytes,
}

static ASSETS: LazyLock<HashMap<&'static str, Asset>> =
    LazyLock::new(|| FILES.iter().map(|file| (file.0, Asset::of(*file))).collect());

impl Asset {
    fn of((name, media_type, content): (&str, &'static str, &'static [u8])) -> Self {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let hash = short_hash(content);
        let mut writer = brotli::CompressorWriter::new(
            Vec::new(),
            content.len().max(1),
            BROTLI_QUALITY,
            BROTLI_WINDOW,
        );
        // Writing to memory does not fail.
        let is_written = writer.write_all(content).and_then(|()| writer.flush()).is_ok();
        let compressed = if is_written { writer.into_inner() } else { Vec::new() };
        Self {
            url: format!("/assets/{stem}.{hash}.{extension}"),
            hash,
            media_type,
            plain: Bytes::from_static(content),
            compressed: compressed.into(),
        }
    }
}

/// The first 64 bits of the SHA-256 of some bytes, hexadecimal.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let (first, _) = hash.split_at(8);
    hex::encode(first)
}

/// The URL of an asset; empty for an unknown name.
pub(crate) fn url(name: &str) -> &'static str {
    ASSETS.get(name).map_or("", |asset| asset.url.as_str())
}

/// GET /assets/…: an asset under its current URL, for a year.
pub(crate) async fn show(request: HttpRequest) -> HttpResponse {
    let Some(asset) = ASSETS.values().find(|asset| asset.url == request.path()) else {
        return HttpResponse::NotFound().finish();
    };
    let (bytes, coding) = if !asset.compressed.is_empty() && accepts(&request, "br") {
        (&asset.compressed, "br")
    } else {
        // Without a name, the compression of pages would compress it again for each request.
        (&asset.plain, "identity")
    };
    let (media_type, tag) = (asset.media_type, asset.hash.clone());
    let file = FileResponse { media_type, tag, bytes: bytes.clone() };
    let file = file.customize().insert_header((VARY, "accept-encoding"));
    file.insert_header((CONTENT_ENCODING, coding)).respond_to(&request).map_into_boxed_body()
}

/// GET /gate/worker.js: the service worker of gates. Its URL is the same for every version, and its
/// scope is the page of a gate.
pub(crate) async fn show_worker(request: HttpRequest) -> HttpResponse {
    let Some(asset) = ASSETS.get(WORKER) else { return HttpResponse::NotFound().finish() };
    let bytes = asset.plain.clone();
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, asset.media_type));
    response.insert_header((CACHE_CONTROL, "no-cache"));
    response.insert_header(("service-worker-allowed", "/gate"));
    response.insert_header((CONTENT_SECURITY_POLICY, WORKER_POLICY));
    response.body(bytes).respond_to(&request).map_into_boxed_body()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, FILES.iter().map(|file| file.0).collect::<Vec<_>>());
    }
}
