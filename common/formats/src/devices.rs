//! The names of devices.

use contract::Language;

/// Characters of an unknown `User-Agent` that are shown.
const UNKNOWN_LENGTH_MAX: usize = 60;

/// Browsers by a part of their `User-Agent`; most name several, so the first match counts.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems, likewise.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// The name of a device, by the `User-Agent` of its browser: `Firefox on Windows`. The beginning of
/// the text for programs and unknown browsers.
#[must_use]
pub fn device_name(language: Language, user_agent: &str) -> String {
    let known = |names: &[(&str, &'static str)]| {
        let mut names = names.iter();
        names.find(|(part, _)| user_agent.contains(part)).map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => match language {
            Language::English | Language::AmericanEnglish => format!("{browser} on {system}"),
            Language::German => format!("{browser} auf {system}"),
        },
        (Some(name), None) => name.to_owned(),
        (None, _) if user_agent.trim().is_empty() => match language {
            Language::English | Language::AmericanEnglish => "Unknown device".to_owned(),
            Language::German => "Unbekanntes Gerät".to_owned(),
        },
        (None, _) => user_agent.chars().take(UNKNOWN_LENGTH_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_have_short_names() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
                "Firefox on Linux",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            (" ", "Unknown device"),
        ] {
            assert_eq!(device_name(Language::English, user_agent), name);
        }
    }

    #[test]
    fn a_long_unknown_name_is_cut() {
        let name = device_name(Language::English, &"ä".repeat(500));
        assert_eq!(name.chars().count(), UNKNOWN_LENGTH_MAX);
    }
}
