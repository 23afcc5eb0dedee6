//! E-mail addresses and passwords: accepted texts, and equal spellings.

use auth::domain::{EmailAddress, GivenAddress, NewPassword, Password};
use proptest::prelude::*;

fn canonical(text: &str) -> Result<String, String> {
    let address = EmailAddress::parse(text).map_err(|rule| rule.to_string())?;
    Ok(address.as_str().to_owned())
}

#[test]
fn every_spelling_of_an_address_is_one_address() {
    for (address, spellings) in [
        (
            "ann@example.com",
            &[
                " Ann@Example.COM ",
                "ａｎｎ@example.com",
                "ann@ｅｘａｍｐｌｅ.com",
                "ann@ⓔⓧⓐⓜⓟⓛⓔ。com",
            ][..],
        ),
        (
            "jos\u{e9}@example.com",
            &["jose\u{301}@example.com", "JOSÉ@example.com", "JOSE\u{301}@EXAMPLE.com"],
        ),
        (
            "ann@bücher.example",
            &[
                "ann@xn--bcher-kva.example",
                "ann@XN--BCHER-KVA.example",
                "ann@bu\u{308}cher.example",
                "ann@BÜCHER.example",
            ],
        ),
        (
            "strasse@example.com",
            &["straße@example.com", "STRASSE@example.com", "STRAẞE@example.com"],
        ),
        ("οδοσ@example.com", &["ΟΔΟΣ@example.com", "οδος@example.com"]),
        ("각@example.com", &["\u{1100}\u{1161}\u{11a8}@example.com"]),
        ("ann+tickets@example.co.uk", &["Ann+Tickets@example.co.uk"]),
        ("a.b_c-d!#$%&'*/=?^`{|}~@example.com", &[]),
        ("ann@1.example.com", &[]),
        ("ann@ab--cd.com", &[]),
    ] {
        assert_eq!(canonical(address).as_deref(), Ok(address));
        for spelling in spellings {
            assert_eq!(canonical(spelling).as_deref(), Ok(address), "{spelling}");
        }
    }
    for (one, other) in [
        ("ann@straße.example", "ann@strasse.example"),
        ("jose@example.com", "josé@example.com"),
        ("ı@example.com", "i@example.com"),
        ("an.n@example.com", "ann@example.com"),
    ] {
        assert_ne!(canonical(one).unwrap(), canonical(other).unwrap(), "{one} {other}");
    }
}

/// IANA's test names (RFC 5992's registry of 2007), and real ones with joiners and middle dots.
#[test]
fn domains_of_every_script_are_accepted() {
    for domain in [
        "उदाहरण.परीक्षा",
        "உதாரணம்.பரிட்சை",
        "ตัวอย่าง.ไทย",
        "مثال.إختبار",
        "مثال.آزمایشی",
        "בײַשפּיל.טעסט",
        "例子.测试",
        "例え.テスト",
        "실례.테스트",
        "παράδειγμα.δοκιμή",
        "пример.испытание",
        "نامه\u{200c}ای.com",
        "ශ්\u{200d}රී.com",
        "col·lecció.cat",
        "コーヒー・豆.jp",
    ] {
        let address = canonical(&format!("ann@{domain}")).unwrap();
        let given = GivenAddress::try_from(format!("ann@{domain}")).unwrap();
        assert_eq!(given.address.as_str(), address);
        assert_eq!(canonical(&address).as_deref(), Ok(address.as_str()), "{domain}");
    }
    for local in ["राम", "ราม้า", "தமிழ்", "محمد", "יוסף", "李", "はな", "민"]
    {
        assert_eq!(canonical(&format!("{local}@example.com")), Ok(format!("{local}@example.com")));
    }
}

#[test]
fn invisible_and_confusable_characters_are_rejected() {
    let invisible = "\u{3164}\u{fe0f}\u{34f}\u{115f}\u{1160}\u{ffa0}\u{180b}\u{180e}\u{17b4}\u{e0041}\u{e0100}\u{200b}\
        \u{ad}\u{61c}\u{200e}\u{202e}\u{2060}\u{2066}\u{206a}\u{feff}\u{200d}\u{200c}";
    let others = "\u{2800}\u{fff9}\u{fffd}\u{ffff}\u{fdd0}\u{e000}\u{2028}\u{a0}\u{3000}\u{b2}①ⓐ🎻☃½\u{203f}＠，：";
    for c in invisible.chars().chain(others.chars()) {
        let rule = format!("the part before @ must not contain U+{:04X}", u32::from(c));
        for local in [format!("ann{c}"), format!("{c}ann"), format!("a{c}nn")] {
            // White space around an address is trimmed.
            if !(c.is_whitespace() && local.starts_with(c)) {
                let refused = canonical(&format!("{local}@example.com")).unwrap_err();
                assert!(refused.ends_with(&rule), "{}: {refused}", local.escape_unicode());
            }
        }
        let is_mapped = "\u{b2}①ⓐ".contains(c);
        let domain = canonical(&format!("ann@exam{c}ple.com"));
        assert_eq!(domain.is_ok(), is_mapped, "{} in a domain: {domain:?}", c.escape_unicode());
    }
}

#[test]
fn each_rule_of_addresses_has_two_sides() {
    let long =
        |local: usize, label: usize| format!("{}@{}.com", "l".repeat(local), "d".repeat(label));
    // The maximum length of an address: 64 bytes, @, and 189.
    let longest =
        |last| format!("{}@{1}.{1}.{2}.com", "l".repeat(64), "d".repeat(63), "d".repeat(last));
    let no_domain = "the part behind @ must be a domain name such as example.com";
    for (text, rule) in [
        (long(64, 63).as_str(), None),
        (&long(65, 63), Some("the part before @ must be 1 to 64 bytes")),
        (&format!("{}@example.com", "ä".repeat(32)), None),
        (
            &format!("{}@example.com", "ä".repeat(33)),
            Some("the part before @ must be 1 to 64 bytes"),
        ),
        (&long(1, 64), Some(no_domain)),
        (&longest(57), None),
        (&longest(58), Some("of at most 254 bytes")),
        ("a@1.2", Some("the domain must not end in a number")),
        ("a@127.0.0.1", Some("the domain must not end in a number")),
        ("a@１２７.0.0.1", Some("the domain must not end in a number")),
        ("a@0x7f.0x1", Some("the domain must not end in a number")),
        ("a@example.१", Some("the domain must not end in a number")),
        ("a@1.example", None),
        ("a@[127.0.0.1]", Some(no_domain)),
        ("a@[ipv6:::1]", Some(no_domain)),
        ("a@example", Some(no_domain)),
        ("a@example.com.", Some(no_domain)),
        ("a@.example.com", Some(no_domain)),
        ("a@example..com", Some(no_domain)),
        ("a@-example.com", Some(no_domain)),
        ("a@example-.com", Some(no_domain)),
        ("a@exam_ple.com", Some(no_domain)),
        ("a@exam ple.com", Some(no_domain)),
        ("a@xn--a.com", Some(no_domain)),
        ("a@xn--.com", Some(no_domain)),
        ("a@\u{301}example.com", Some(no_domain)),
        ("a@ab\u{200d}c.com", Some(no_domain)),
        ("a@א1a.com", Some(no_domain)),
        ("@example.com", Some("the part before @ must be 1 to 64 bytes")),
        (".a@example.com", Some("no full stop may begin, end or follow another before @")),
        ("a.@example.com", Some("no full stop may begin, end or follow another before @")),
        ("a..b@example.com", Some("no full stop may begin, end or follow another before @")),
        ("a。b@example.com", Some("the part before @ must not contain U+3002")),
        ("a.b@example.com", None),
        ("\"a b\"@example.com", Some("the part before @ must not contain U+0022")),
        ("a@b@example.com", Some("the part before @ must not contain U+0040")),
        ("example.com", Some("a local part, @ and a domain")),
    ] {
        match (canonical(text), rule) {
            (Ok(_), None) => {}
            (Err(refused), Some(rule)) => assert!(refused.ends_with(rule), "{text}: {refused}"),
            (parsed, _) => panic!("{text}: {parsed:?}"),
        }
    }
}

#[test]
fn an_account_of_before_canonical_forms_is_looked_for_only_where_the_form_changed() {
    let earlier = |text: &str| {
        let given = GivenAddress::try_from(text.to_owned()).unwrap();
        given.earlier.map(|earlier| earlier.as_str().to_owned())
    };
    assert_eq!(earlier(" Ann@Example.com "), None);
    assert_eq!(earlier("josé@bücher.example"), None);
    assert_eq!(earlier("Straße@example.com").as_deref(), Some("straße@example.com"));
    assert_eq!(earlier("a@XN--bcher-kva.example").as_deref(), Some("a@xn--bcher-kva.example"));
}

fn new(text: &str) -> Result<String, String> {
    let password = NewPassword::try_from(text.to_owned()).map_err(|rule| rule.to_string())?;
    Ok(password.as_str().to_owned())
}

#[test]
fn a_password_is_the_same_on_every_keyboard() {
    for (typed, prepared) in [
        ("cafe\u{301} mu\u{308}ller", "caf\u{e9} m\u{fc}ller"),
        ("correct\u{a0}horse\u{3000}battery", "correct horse battery"),
        ("  spaces stay  ", "  spaces stay  "),
        ("Case and ｗｉｄｔｈ stay ﬁne", "Case and ｗｉｄｔｈ stay ﬁne"),
        ("👩🏽‍❤️‍💋‍👨🏿🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍❤️‍💋‍👨🏿🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
    ] {
        assert_eq!(new(typed).as_deref(), Ok(prepared));
        let given = Password::try_from(typed.to_owned()).unwrap();
        assert_eq!(given.prepared(), prepared);
        let raw = (typed != prepared).then_some(typed);
        assert!(given.spellings().iter().map(String::as_str).eq([prepared].into_iter().chain(raw)));
    }
}

#[test]
fn each_rule_of_passwords_has_two_sides() {
    let length = "must be 8 to 128 characters";
    for (text, rule) in [
        ("e\u{301}".repeat(7), Some(length)),
        ("e\u{301}".repeat(8), None),
        ("e\u{301}".repeat(128), None),
        ("e\u{301}".repeat(129), Some(length)),
        ("PassWord123".to_owned(), Some("must not be one of the commonest passwords")),
        ("ｐａｓｓｗｏｒｄ１２３".to_owned(), Some("must not be one of the commonest passwords")),
        ("pass\u{200b}word123".to_owned(), Some("must not be one of the commonest passwords")),
        ("a fine\tpassword".to_owned(), Some("must not contain U+0009")),
        ("a fine password\u{0}".to_owned(), Some("must not contain U+0000")),
        ("a fine password\u{fffe}".to_owned(), Some("must not contain U+FFFE")),
        ("a fine password\u{e000}".to_owned(), Some("must not contain U+E000")),
        ("a fine password\u{3164}".to_owned(), Some("must not contain U+3164")),
        ("a fine password\u{378}".to_owned(), Some("must not contain U+0378")),
    ] {
        assert_eq!(new(&text).err().as_deref(), rule, "{text}");
    }
    let given = |text: String| Password::try_from(text).map_err(|rule| rule.to_string()).err();
    let length = Some("must be 1 to 128 characters".to_owned());
    assert_eq!(given(String::new()), length);
    assert_eq!(given("x".repeat(128)), None);
    assert_eq!(given("x".repeat(129)), length);
    assert_eq!(given("old\u{0}one".to_owned()), None, "older than the rules of new ones");
    // Longer when normalised, and a password from before the rules.
    assert_eq!(given("\u{958}".repeat(128)), None);
}

proptest! {
    #[test]
    fn a_canonical_address_is_a_fixed_point_and_bounded(
        local in "[a-zäßé.ΣｅＦ\u{301}अि]{1,12}|.{1,12}", domain in "[a-zäßéा\u{301}-]{1,12}|.{1,12}", top in "com|ไทย|\\PC{1,3}",
    ) {
        if let Ok(address) = canonical(&format!("{local}@{domain}.{top}")) {
            prop_assert_eq!(canonical(&address), Ok(address.clone()));
            prop_assert!(address.len() <= 254);
            prop_assert_eq!(contract::text::nfc(&address), address.as_str());
            prop_assert!(!address.chars().any(|c| c.is_whitespace() || c.is_control()));
        }
    }

    #[test]
    fn a_new_password_verifies_in_every_unicode_composition(text in "[a-z é\u{301}ü\u{308}각\u{a0}ß]{8,20}") {
        if let Ok(chosen) = new(&text) {
            let given = Password::try_from(text.clone()).unwrap();
            prop_assert_eq!(given.prepared(), chosen.as_str());
            prop_assert_eq!(new(&chosen), Ok(chosen.clone()));
        }
    }
}
