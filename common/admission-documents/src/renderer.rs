//! Renders documents.

use admission_codes::qr::TooLong;
use contract::Timestamp;
use jiff::tz::TimeZone;
use krilla::SerializeSettings;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::TagTree;

use crate::document::Document;
use crate::page::{SIZE, draw};
use crate::text::{Typesetter, printable};

/// The program that makes documents.
const NAME: &str = "boxoffice";

/// A document could not be rendered: a bug, since any text can be.
#[derive(Debug, thiserror::Error)]
pub enum NotRendered {
    /// A code does not fit in a QR code.
    #[error("cannot draw a code")]
    Code(#[from] TooLong),
    /// The file would not conform.
    #[error("cannot write a document: {0:?}")]
    File(KrillaError),
    /// The settings of the file contradict each other.
    #[error("cannot write a document: invalid settings")]
    Settings,
}

/// Renders documents, one at a time. It keeps the parsed fonts: make one for each thread.
pub struct Renderer {
    typesetter: Typesetter,
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// A renderer with the fonts of this crate.
    #[must_use]
    pub fn new() -> Self {
        Self { typesetter: Typesetter::new() }
    }

    /// The PDF file of a document, which takes some milliseconds for each page.
    ///
    /// # Errors
    /// [`NotRendered`] for a code longer than those of admissions, or for a bug.
    pub fn render(&mut self, document: &Document) -> Result<Vec<u8>, NotRendered> {
        let configuration = ConfigurationBuilder::new()
            .with_version(PdfVersion::Pdf17)
            .with_archival_validator(Archival::A2_A)
            .with_accessibility_validator(Accessibility::UA1)
            .finish();
        let configuration = configuration.map_err(|_| NotRendered::Settings)?;
        let size = PageSettings::from_wh(SIZE.0, SIZE.1).ok_or(NotRendered::Settings)?;
        let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
        let mut file = krilla::Document::new_with(settings);
        let mut structure = TagTree::new().with_lang(Some(document.language.code().to_owned()));
        let mut outline = Outline::new();
        for (index, page) in document.pages.iter().enumerate() {
            let mut on_page = file.start_page_with(size.clone());
            let mut surface = on_page.surface();
            let drawn = draw(&mut surface, &mut self.typesetter, (page, &document.notes));
            surface.finish();
            on_page.finish();
            structure.push(drawn?);
            let top = XyzDestination::new(index, Point::from_xy(0.0, 0.0));
            let name = format!("{}: {}", printable(&page.title), printable(&page.unit));
            outline.push_child(OutlineNode::new(name, top));
        }
        file.set_outline(outline);
        file.set_tag_tree(structure);
        file.set_metadata(
            Metadata::new()
                .title(titled(&document.title))
                .language(document.language.code().to_owned())
                .creator(NAME.to_owned())
                .creation_date(date(document.created_at))
                .document_id(document.id.clone()),
        );
        file.finish().map_err(NotRendered::File)
    }
}

/// A title, which PDF/UA requires, also of a document whose title is empty.
fn titled(title: &str) -> String {
    let title = printable(title);
    if title.trim().is_empty() { NAME.to_owned() } else { title }
}

/// A time in the form of metadata, in UTC.
fn date(at: Timestamp) -> DateTime {
    let at = jiff::Timestamp::from_millisecond(at.unix_ms()).unwrap_or_default();
    let at = at.to_zoned(TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
