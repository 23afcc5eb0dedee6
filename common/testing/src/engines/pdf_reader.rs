//! Independent readers of PDF files: qpdf (pikepdf) and pdfua check them, `PDFium` draws them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;

use super::cache;

/// The versions that tests use: of pypdfium2, pikepdf and pdfua.
const VERSIONS: &str = "5.15.2_10.18.0_0.1.3";

/// Requirements for pip: Python 3.11 to 3.14 on Linux, on x86-64 and on ARM. pikepdf needs lxml,
/// packaging and pillow.
const REQUIREMENTS: &str = "pypdfium2==5.15.2 \
    --hash=sha256:dd46e93c0c3a73f6cea8489baff6d77a5d0759dd53fbbce0aeb49c91830176fc \
    --hash=sha256:dc31aea5b0fb9fefc9b537a65f4113980b2c40798445736a7e6565bc85161e37\n\
    pdfua==0.1.3 \
    --hash=sha256:dd870c6dfc29e834c2a92914532d089ffe72b482ca8375013a5bc64178886f44\n\
    pikepdf==10.18.0 \
    --hash=sha256:d4751aeba588c518a2a1ab84aa8a140d08855c233176d518a2f2fc18f789c99f \
    --hash=sha256:e42ed2f855f25e37e4bd5a2f2f369da4205090b84354fc77bb9cdc49cfe87ce7 \
    --hash=sha256:82c9d788f6cf5ed98d391482b21ada55c29b20c2fed2aa75add83dacd6165b38 \
    --hash=sha256:bb8b5505a55a0b15e0468759c19531bd0c7aac4b7f8938dca94f62525eb79b04 \
    --hash=sha256:c51ab0237deae528b353305e853cd23b7e9e629fecb0f6dea966bc85000d918c \
    --hash=sha256:f143579f7f8110957624965405358855e25daedc45cbc763e78ff23f5793f153 \
    --hash=sha256:ec8008c69dc37339c91d3629aea696426206652f0a9e259b0603924d3d5bf3c9 \
    --hash=sha256:df011432627c188e2ca81dc9dccb6c23d007122f2f60c29f6f7f558d368fbc8a\n\
    lxml==6.1.3 \
    --hash=sha256:4a579dfb9c835f8ab47f4b8ed33440cbc75b806b73297208e6ec2a33e903740b \
    --hash=sha256:49fbc2682a9306135b7ec49e93f97f9c26689b9b7f96ed2742d8d6497e994d13 \
    --hash=sha256:f683dc6300317700025e41d89a43e0276692ded16113a3c43eab704d605c58e5 \
    --hash=sha256:379f8a75cf6eb7eef0af074b55f49ab73b868388a98de14646abcdfa4564bb11 \
    --hash=sha256:611a51e61c92f62345a50b0035df6fc0d678f9299f33728826d831598862f59d \
    --hash=sha256:b477912f42c5c33405a10c759d22f80cf5af043ae02d95b9d8e5e5bc555739ed \
    --hash=sha256:2cae5d5c90a62d9139c512a0cb1aad1d182b022b5740daea2617eb5bf7fc658e \
    --hash=sha256:c6c0c13128a32eb04a51357e56a094e13aa8e6d3d1884de2e9ae923f6915e1a8\n\
    packaging==26.4 \
    --hash=sha256:81383611a09c1bc0b08b76e0fd5829d7c6824c65b27a6aee339da133f4233ea2\n\
    pillow==13.0.0 \
    --hash=sha256:a625df9a2a5597fa5e5266e01aefc82604bb85d291e3547981e863560d75da6c \
    --hash=sha256:42d63be3af4f9b951b199b0a9d23365d37ab14687e6d77b74940432c8515c4ca \
    --hash=sha256:5f56499c1a74d2b862beb0c33b8016f99d095858455df9d21583bbbc1c15b582 \
    --hash=sha256:e91c2b1cbeae768c98752e67e717e283d68dae45717b41f2d91eaee648e37b7d \
    --hash=sha256:7c88c10dd432f3b39ccdafc9ed81d0c21b8fd634502574da76d1bfa4fe2c76d0 \
    --hash=sha256:8bf295fe459343bc6093c8e5e0df60bfa189e0fcb775a22e2c2488fdeccc6c0d \
    --hash=sha256:19b66ca0a4d25cc0200b381ce824c7ea090db61427315e73cfb05dbf1b35c369 \
    --hash=sha256:5933fcea5a5ba64c686f55c886a115cbfd92f2900460784a1e79909fdbafd7b6\n";

/// Prints the versions, after imports that fail if a package does not suit this machine.
const PRINT_VERSIONS: &str = "import PIL.Image, pdfua, pikepdf, pypdfium2\n\
    from importlib.metadata import version\n\
    print('_'.join(version(name) for name in ('pypdfium2', 'pikepdf', 'pdfua')))";

/// A PDF file, as independent programs read it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PdfReading {
    /// An image of each page, in the folder of the call.
    pub pages: Vec<PathBuf>,
    /// The text of each page.
    pub texts: Vec<String>,
    /// Errors of syntax, and broken rules of PDF/UA-1.
    pub errors: Vec<String>,
}

/// Reads these PDF files, and draws their pages into a folder.
pub fn read_pdfs<P: AsRef<Path>>(folder: &Path, files: &[P]) -> Vec<PdfReading> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engines/pdf_reader.py");
    let mut command = Command::new("python3");
    command.env("PYTHONPATH", packages()).arg("-B").arg(&script).arg(folder);
    let output = cache::run(command.args(files.iter().map(AsRef::as_ref)));
    let output = output.unwrap_or_else(|why| panic!("the reader of PDF failed: {why}"));
    serde_json::from_str(&output).unwrap()
}

/// The packages, fetched if they are not in the cache.
fn packages() -> &'static Path {
    static PACKAGES: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let fetched = PACKAGES.get_or_init(|| {
        cache::packages("pdf-reader", VERSIONS, (REQUIREMENTS, &[]), |place| {
            let mut python = Command::new("python3");
            cache::run(python.env("PYTHONPATH", place).args(["-c", PRINT_VERSIONS]))
        })
    });
    fetched.as_ref().unwrap_or_else(|why| {
        panic!(
            "no reader of PDF for this test: let python3 (3.11 to 3.14) with pip fetch pypdfium2, \
             pikepdf and pdfua ({why})"
        )
    })
}
