//! Free text of requests: the accepted characters, the stored form, the form for searches.

use contract::text::{BrokenTextRule, Line, MARKS_MAX, Paragraphs, Trusted as _, folded, nfc};
use proptest::prelude::*;

type Title = Line<200, 800>;
type Description = Paragraphs<5_000, 10_000>;

fn title(text: &str) -> Result<String, String> {
    text.parse::<Title>().map(|title| title.as_str().to_owned()).map_err(|rule| rule.to_string())
}

fn refused(text: &str, rule: &str) {
    assert_eq!(title(text), Err(rule.to_owned()), "{}", text.escape_unicode());
}

fn accepted(text: &str) {
    assert_eq!(title(text), Ok(nfc(text).into_owned()), "{}", text.escape_unicode());
}

#[test]
fn text_of_real_languages_and_emoji_is_accepted_unchanged() {
    for text in [
        "Concert",
        "<script>alert(1)</script>",
        "می‌خواهم",
        "क्‍ष and শ্রীমান্‌",
        "தமிழ் இசை",
        "การแสดง\u{200b}ดนตรี",
        "שָׁלוֹם\u{200f}!",
        "الحفلة \u{61c}5\u{600}",
        "Việt Nam Ộ",
        "ཧྐྵྨླྺྼྻྂ",
        "ᠮᠣᠩᠭᠣᠯ\u{180b}",
        "👨‍👩‍👧‍👦",
        "👩🏽‍❤️‍💋‍👨🏿",
        "❤️",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿 vs 🇩🇪",
        "1️⃣ 🏳️‍🌈",
        "漢\u{e0100}字",
        "100 % — “so” ½",
        "\u{3fffd}",
    ] {
        accepted(text);
    }
}

#[test]
fn a_text_without_a_visible_character_is_rejected() {
    for text in [
        "",
        " ",
        "\u{a0}",
        "\u{3000}",
        "\u{2003}\u{200b}",
        "\u{200b}",
        "\u{2800}",
        "\u{2800} \u{2800}",
        "\u{ad}",
        "\u{2060}",
        "\u{feff}",
        "\u{301}",
        "\u{93f}",
        "\u{20dd}",
        "\u{200e}",
        "\u{200f}",
        "\u{61c}",
        "\u{200c}",
        "\u{200d}",
        "\u{fe0f}",
        "\u{e0100}",
        "\u{180b}",
        "\u{180e}",
    ] {
        refused(text, "must contain a visible character");
        refused(&format!(" {text}{text} "), "must contain a visible character");
        accepted(&format!("a{text}b"));
    }
}

#[test]
fn forbidden_characters_are_rejected_by_name_and_reason() {
    for (character, rule) in [
        ('\u{0}', "U+0000, a control character"),
        ('\t', "U+0009, a control character"),
        ('\n', "U+000A, a control character"),
        ('\u{1b}', "U+001B, a control character"),
        ('\u{7f}', "U+007F, a control character"),
        ('\u{85}', "U+0085, a control character"),
        ('\u{2028}', "U+2028, a line separator"),
        ('\u{2029}', "U+2029, a line separator"),
        ('\u{202a}', "U+202A, a control that reorders text"),
        ('\u{202e}', "U+202E, a control that reorders text"),
        ('\u{2066}', "U+2066, a control that reorders text"),
        ('\u{2069}', "U+2069, a control that reorders text"),
        ('\u{206a}', "U+206A, a deprecated format character"),
        ('\u{206f}', "U+206F, a deprecated format character"),
        ('\u{e0001}', "U+E0001, a deprecated format character"),
        ('\u{fdd0}', "U+FDD0, a noncharacter"),
        ('\u{fdef}', "U+FDEF, a noncharacter"),
        ('\u{fffe}', "U+FFFE, a noncharacter"),
        ('\u{ffff}', "U+FFFF, a noncharacter"),
        ('\u{1fffe}', "U+1FFFE, a noncharacter"),
        ('\u{10ffff}', "U+10FFFF, a noncharacter"),
        ('\u{e000}', "U+E000, a private-use character"),
        ('\u{f8ff}', "U+F8FF, a private-use character"),
        ('\u{10fffd}', "U+10FFFD, a private-use character"),
        ('\u{fff9}', "U+FFF9, a special that stands for no character"),
        ('\u{fffb}', "U+FFFB, a special that stands for no character"),
        ('\u{fffc}', "U+FFFC, a special that stands for no character"),
        ('\u{fffd}', "U+FFFD, a special that stands for no character"),
        ('\u{34f}', "U+034F, an invisible character"),
        ('\u{115f}', "U+115F, an invisible character"),
        ('\u{1160}', "U+1160, an invisible character"),
        ('\u{3164}', "U+3164, an invisible character"),
        ('\u{ffa0}', "U+FFA0, an invisible character"),
        ('\u{17b4}', "U+17B4, an invisible character"),
        ('\u{2062}', "U+2062, an invisible character"),
        ('\u{e0fff}', "U+E0FFF, an invisible character"),
        ('\u{e0041}', "U+E0041, a tag outside of an emoji"),
        ('\u{e007f}', "U+E007F, a tag outside of an emoji"),
    ] {
        refused(&format!("a{character}b"), &format!("must not contain {rule}"));
        assert!(title(&format!("a{character}")).is_err() || character.is_whitespace());
    }
}

#[test]
fn only_paragraphs_have_line_ends_and_tabs() {
    let parsed = |text: &str| text.parse::<Description>().map(|text| text.as_str().to_owned());
    assert_eq!(parsed("one\r\ntwo\r\n\r\nthree\n").unwrap(), "one\ntwo\n\nthree");
    assert_eq!(parsed("a\tb\n\tc").unwrap(), "a\tb\n\tc");
    for (text, character) in [("a\rb", '\r'), ("a\u{b}b", '\u{b}'), ("a\u{2028}b", '\u{2028}')] {
        let rule = parsed(text).unwrap_err();
        assert!(matches!(rule, BrokenTextRule::Unfit { character: c, .. } if c == character));
    }
    assert_eq!(parsed("\r\n\t\n"), Err(BrokenTextRule::NothingVisible));
}

#[test]
fn length_is_counted_in_characters_and_bounded_in_code_points_after_normalisation() {
    let too_long = |count| Err(format!("must be at most 200 characters, and has {count}"));
    for (one, code_points) in [("x", 1), ("ä", 1), ("a\u{308}", 1), ("🎻", 1), ("कि", 2), ("🇩🇪", 2)]
    {
        let fits = title(&one.repeat(200)).unwrap();
        assert_eq!(fits.chars().count(), 200 * code_points, "{one}");
        assert_eq!(title(&one.repeat(201)), too_long(201), "{one}");
    }
    let family = "👨‍👩‍👧‍👦";
    assert_eq!(family.chars().count(), 7);
    accepted(&family.repeat(114));
    refused(&family.repeat(115), "must be at most 800 code points, and has 805");
    assert_eq!(title(&"x".repeat(70_000)), too_long(70_000));
    for (length, fits) in [(5_000, true), (5_001, false)] {
        assert_eq!("d".repeat(length).parse::<Description>().is_ok(), fits);
    }
}

#[test]
fn marks_on_one_character_are_bounded() {
    let marked = |count| format!("concert x{}!", "\u{323}\u{20dd}".repeat(count / 2));
    accepted(&marked(MARKS_MAX));
    for text in [
        marked(MARKS_MAX + 2),
        format!("e{}", "\u{301}".repeat(198)),
        format!("e{}", "\u{200d}".repeat(MARKS_MAX + 1)),
        format!("e{}x", "\u{fe0f}".repeat(MARKS_MAX + 1)),
        format!("🏴{}", "\u{e0061}".repeat(MARKS_MAX + 1)),
    ] {
        refused(&text, "must have at most 10 combining marks and joiners in a row");
    }
}

#[test]
fn what_was_stored_under_other_rules_is_read_and_normalised() {
    let old = Title::trusted("\u{3164}e\u{301}\u{202e}");
    assert_eq!(old.as_str(), "\u{3164}\u{e9}\u{202e}");
}

#[test]
fn texts_that_are_the_same_to_a_reader_are_the_same_to_a_search() {
    for (one, other) in [
        ("É", "e\u{301}"),
        ("Straße", "STRASSE"),
        ("ẞ", "ss"),
        ("Σσς", "σσσ"),
        ("ＣＯＮＣＥＲＴ　１", "concert 1"),
        ("ﬁnal ②", "final 2"),
        ("ｶﾞ", "ガ"),
        ("㎏", "kg"),
        ("각", "\u{1100}\u{1161}\u{11a8}"),
        ("İ", "i\u{307}"),
        ("I", "i"),
        ("con\u{ad}cert\u{200b}", "concert"),
        ("ᾳ\u{308}", "α\u{308}ι"),
        ("Ǆ", "dž"),
    ] {
        assert_eq!(folded(one), folded(other), "{one} {other}");
    }
    for (one, other) in [("ı", "i"), ("o", "ö"), ("a b", "ab"), ("ガ", "カ")] {
        assert_ne!(folded(one), folded(other), "{one} {other}");
    }
}

#[test]
fn folding_any_character_twice_is_folding_it_once() {
    for c in '\0'..=char::MAX {
        let once = folded(&c.to_string());
        assert_eq!(folded(&once), once, "U+{:04X}", u32::from(c));
    }
}

/// Texts of several scripts, composed and not, and of any characters.
fn texts() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "a",
        "Z",
        "é",
        "e\u{301}",
        "ß",
        "İ",
        "Σ",
        "ς",
        " ",
        "\t",
        "\r\n",
        "कि",
        "க்ஷ",
        "가",
        "각",
        "ｶﾞ",
        "ＡＢ",
        "ﬁ",
        "👨‍👩‍👧",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "❤️",
        "שָׁ",
        "می‌خ",
        "\u{323}",
        "\u{301}",
        "\u{200d}",
        "\u{3164}",
        "\u{2800}",
    ]);
    let real = prop::collection::vec(parts, 0..60).prop_map(|parts| parts.concat());
    prop_oneof![real, "\\PC{0,210}", ".{0,210}"]
}

proptest! {
    #[test]
    fn an_accepted_text_is_normal_visible_bounded_and_a_fixed_point(text in texts()) {
        if let Ok(title) = text.parse::<Title>() {
            let title = title.as_str();
            prop_assert_eq!(nfc(title), title);
            prop_assert_eq!(title.trim(), title);
            prop_assert!(title.chars().any(|c| !c.is_whitespace() && !c.is_control()));
            prop_assert!((1..=800).contains(&title.chars().count()));
            let unfit = ['\n', '\t', '\u{202e}', '\u{3164}', '\u{ffff}'];
            prop_assert!(!title.contains(unfit), "{title:?}");
            prop_assert!(!folded(title).trim().is_empty(), "a search for it searches for something");
            let again = title.parse::<Title>().unwrap();
            prop_assert_eq!(again.as_str(), title);
        }
        if let Ok(description) = text.parse::<Description>() {
            let description = description.as_str();
            prop_assert!(!description.contains('\r'));
            let again = description.parse::<Description>().unwrap();
            prop_assert_eq!(again.as_str(), description);
        }
    }

    #[test]
    fn every_composition_of_a_text_is_one_text(text in texts()) {
        let decomposed = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(&text).into_owned();
        prop_assert_eq!(folded(&decomposed), folded(&text));
        prop_assert_eq!(decomposed.parse::<Title>(), nfc(&text).parse::<Title>());
        prop_assert_eq!(folded(&folded(&text)), folded(&text));
    }
}
