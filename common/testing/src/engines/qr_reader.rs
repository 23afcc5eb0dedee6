//! An independent reader of QR codes, zxing-cpp, for images: of pages, of documents, of SVGs. Its
//! Python packages also verify Ed25519 signatures, by an implementation that is not the project's.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;

use super::cache;

/// The versions that tests use: of zxing-cpp, pillow and pycryptodome.
const VERSIONS: &str = "3.1.1_13.0.0_4.4.0";

/// Requirements for pip: Python 3.11 to 3.14 on Linux, on x86-64 and on ARM. pillow reads files of
/// images.
const REQUIREMENTS: &str = "zxing-cpp==3.1.1 \
    --hash=sha256:8a5b32d719a5448f1b2f474e04d2db6ce41cc6973fb5c705d47dbe899361e5f9 \
    --hash=sha256:9cf67341949946307d086b302cefd453fb47bc6d6ddc7d088839e9481982757b \
    --hash=sha256:07ac611267b7220b769c182ae33473ee95aca1cc6c57e597755288b557848935 \
    --hash=sha256:f4dae01111f323f46736fc21f05c14dcaaac06cea5fdc8fd994ba19f6f918c6e\n\
    pillow==13.0.0 \
    --hash=sha256:a625df9a2a5597fa5e5266e01aefc82604bb85d291e3547981e863560d75da6c \
    --hash=sha256:42d63be3af4f9b951b199b0a9d23365d37ab14687e6d77b74940432c8515c4ca \
    --hash=sha256:5f56499c1a74d2b862beb0c33b8016f99d095858455df9d21583bbbc1c15b582 \
    --hash=sha256:e91c2b1cbeae768c98752e67e717e283d68dae45717b41f2d91eaee648e37b7d \
    --hash=sha256:7c88c10dd432f3b39ccdafc9ed81d0c21b8fd634502574da76d1bfa4fe2c76d0 \
    --hash=sha256:8bf295fe459343bc6093c8e5e0df60bfa189e0fcb775a22e2c2488fdeccc6c0d \
    --hash=sha256:19b66ca0a4d25cc0200b381ce824c7ea090db61427315e73cfb05dbf1b35c369 \
    --hash=sha256:5933fcea5a5ba64c686f55c886a115cbfd92f2900460784a1e79909fdbafd7b6\n\
    pycryptodome==4.4.0 \
    --hash=sha256:32c1a3d98c93d92c2f2a45d6cc9c79fb8d7552aca1bd9a764209a3309bf6a7b1 \
    --hash=sha256:33e69ac53f745e5d1c8f06dc9b0d43a8236d2026f6de7a19e1a160aa307d933b\n";

/// Prints the versions, after imports that fail if a package does not suit this machine.
const PRINT_VERSIONS: &str = "import Crypto.Signature.eddsa, PIL.Image, zxingcpp\n\
    from importlib.metadata import version\n\
    print('_'.join(version(name) for name in ('zxing-cpp', 'pillow', 'pycryptodome')))";

/// A QR code that the reader found in an image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QrSymbol {
    /// Its content.
    pub text: String,
    /// Its version, from 1 to 40: a symbol has `17 + 4 * version` modules in a row.
    pub version: u8,
    /// Its level of error correction: `L`, `M`, `Q` or `H`.
    pub level: String,
}

/// The QR codes in each of these files, which are images such as PNG or PGM, in their sequence.
pub fn read_qr_codes<P: AsRef<Path>>(images: &[P]) -> Vec<Vec<QrSymbol>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engines/qr_reader.py");
    let output = cache::run(python(&script).args(images.iter().map(AsRef::as_ref)));
    let output = output.unwrap_or_else(|why| panic!("the reader of QR codes failed: {why}"));
    serde_json::from_str(&output).unwrap()
}

/// Python with this script and the packages of the reader: `zxingcpp`, `PIL` and `Crypto`.
pub fn python(script: &Path) -> Command {
    let mut command = Command::new("python3");
    command.env("PYTHONPATH", packages()).arg("-B").arg(script);
    command
}

/// The packages, fetched if they are not in the cache.
fn packages() -> &'static Path {
    static PACKAGES: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let fetched = PACKAGES.get_or_init(|| {
        cache::packages("qr-reader", VERSIONS, (REQUIREMENTS, &[]), |place| {
            let mut python = Command::new("python3");
            cache::run(python.env("PYTHONPATH", place).args(["-c", PRINT_VERSIONS]))
        })
    });
    fetched.as_ref().unwrap_or_else(|why| {
        panic!(
            "no reader of QR codes for this test: let python3 (3.11 to 3.14) with pip fetch \
             zxing-cpp, pillow and pycryptodome ({why})"
        )
    })
}
