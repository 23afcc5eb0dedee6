//! Normalisation, and the folded form for comparison and search.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use super::characters::is_default_ignorable;

/// The canonical composition (NFC): one sequence of code points for the same characters.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// The folded form of a text: compatible characters (full-width letters, ligatures), cases and
/// compositions are equal, invisible characters are removed. The mapping is Unicode's
/// `NFKC_Casefold` (The Unicode Standard, 3.13, R5 and D147), with default case folding: `ß` is
/// `ss`, and `İ` is `i` with a dot above.
#[must_use]
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let visible: String = text.chars().filter(|c| !is_default_ignorable(*c)).collect();
    let (mapper, compatible) = (CaseMapper::new(), ComposingNormalizerBorrowed::new_nfkc());
    // Compatible characters may have cases, and folded ones may compose (D146).
    let canonical = DecomposingNormalizerBorrowed::new_nfd().normalize(&visible).into_owned();
    let folded = compatible.normalize(&mapper.fold_string(&canonical)).into_owned();
    compatible.normalize(&mapper.fold_string(&folded)).into_owned()
}
