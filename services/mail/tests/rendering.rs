//! The mails of all contents in all languages.

use contract::notice::NoticeSubject;
use contract::payment::{RefundMethod, RefundStatus};
use contract::show::{ShowState, ShowStatus};
use contract::{Language, Timestamp};
use mail::domain::{Content, Receipt, Transfer, TransferNews};
use mail::public_url::PublicUrl;
use mail::rendering::{Facts, RenderError, Rendered, render};

use crate::samples;

const LANGUAGES: [Language; 3] = [Language::English, Language::AmericanEnglish, Language::German];

const UNSUBSCRIBE: &str = "https://tickets.example/unsubscribe/0404.dG9rZW4";

const SITE: &str = "https://tickets.example";

const ID: &str = "070707070707070707070707";

fn rendered_with(content: &Content, language: Language, show: Option<&ShowState>) -> Rendered {
    let public_url = PublicUrl::parse(SITE).unwrap();
    let unsubscribe_url = Some(UNSUBSCRIBE);
    let facts = Facts { content, language, public_url: &public_url, unsubscribe_url, show };
    render(&facts).unwrap()
}

fn rendered(content: &Content) -> Rendered {
    rendered_with(content, Language::English, None)
}

/// The HTML after its style.
fn body(rendered: &Rendered) -> &str {
    rendered.html.split_once("</style>").unwrap().1
}

/// The links of the text, in their order.
fn links(rendered: &Rendered) -> Vec<&str> {
    let words = rendered.text.split_whitespace();
    words.filter(|word| word.starts_with("http")).collect()
}

#[test]
fn every_content_has_a_mail_in_every_language() {
    for (name, content) in samples::contents() {
        for language in LANGUAGES {
            let mail = rendered_with(&content, language, None);
            let html = format!("<html lang=\"{}\" dir=\"ltr\"", language.tag());
            assert!(mail.html.contains(&html), "{name}");
            assert!(!mail.subject.is_empty() && !mail.subject.contains(char::is_control), "{name}");
            assert!(mail.subject.chars().count() <= 120, "{name}");
            for part in [mail.subject.as_str(), &mail.text, body(&mail)] {
                assert!(!part.contains(['{', '}']), "{name}: {part}");
            }
            assert!(!mail.text.contains("&#") && !mail.text.contains('<'), "{name}");
            for line in mail.text.lines().filter(|line| !line.starts_with("https://")) {
                assert!(line.chars().count() <= 72, "{name}: {line}");
            }
        }
        let [english, german] = [Language::English, Language::German]
            .map(|language| rendered_with(&content, language, None));
        assert!(english.subject != german.subject && english.text != german.text, "{name}");
    }
}

#[test]
fn the_html_and_the_text_have_the_same_links() {
    for (name, content) in samples::contents() {
        let mail = rendered(&content);
        for link in links(&mail) {
            assert!(mail.html.contains(&format!("href=\"{link}\"")), "{name}: {link}");
        }
        for link in mail.html.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap();
            assert!(links(&mail).contains(&link), "{name}: {link}");
        }
    }
}

#[test]
fn links_of_notices_lead_to_the_pages_of_their_subjects() {
    for subject in samples::subjects() {
        let secret = |path: &str| vec![format!("{SITE}{path}/{ID}.{}", samples::SECRET)];
        let pages = |paths: [&str; 2]| paths.map(|path| format!("{SITE}{path}")).to_vec();
        let mut expected = match subject {
            NoticeSubject::SignUp => secret("/signup/confirm"),
            NoticeSubject::AccountExists => pages(["/signin", "/password"]),
            NoticeSubject::VerifyAddress | NoticeSubject::ChangeAddress => secret("/account/email"),
            NoticeSubject::AddressChanged { .. } => secret("/account/email/undo"),
            NoticeSubject::ResetPassword => secret("/password"),
            NoticeSubject::PasswordChanged
            | NoticeSubject::NewDevice { .. }
            | NoticeSubject::SecondFactorChanged { .. }
            | NoticeSubject::RecoveryCodeUsed { .. } => pages(["/password", "/account/security"]),
        };
        expected.push(format!("{SITE}/"));
        assert_eq!(links(&rendered(&samples::notice(subject.clone()))), expected, "{subject:?}");
    }
}

#[test]
fn links_of_other_mails_lead_to_the_order_the_transfer_or_the_sales() {
    let order = format!("{SITE}/orders/010101010101010101010101");
    let sales = format!("{SITE}/sell");
    let transfer = format!("{SITE}/transfers/{ID}");
    let link = format!("{SITE}/transfers/link/{ID}.{}", samples::SECRET);
    let own = format!("{SITE}/admissions");
    let (home, preferences) = (format!("{SITE}/"), format!("{SITE}/account/mail"));
    for (name, content) in samples::contents() {
        let mail = rendered(&content);
        let page = match content {
            Content::Notice(_) => continue,
            Content::Receipt(_) | Content::Refund(_) | Content::ShowChange(_) => &order,
            Content::Transfer(Transfer { news: TransferNews::OfferedByLink, .. }) => &link,
            Content::Transfer(Transfer { news: TransferNews::Cancelled, .. }) => &own,
            Content::Transfer(_) => &transfer,
            Content::FirstSale(_) | Content::DailySales(_) => &sales,
        };
        let mut expected = vec![page.as_str(), &home];
        if matches!(
            content,
            Content::ShowChange(_) | Content::FirstSale(_) | Content::DailySales(_)
        ) {
            expected.extend([UNSUBSCRIBE, &preferences]);
            assert_eq!(mail.unsubscribe_url.as_deref(), Some(UNSUBSCRIBE), "{name}");
        } else {
            assert_eq!(mail.unsubscribe_url, None, "{name}");
        }
        assert_eq!(links(&mail), expected, "{name}");
    }
}

#[test]
fn a_link_works_once_until_a_stated_time() {
    for subject in samples::subjects() {
        let mail = rendered(&samples::notice(subject.clone()));
        let text = mail.text.replace('\n', " ");
        let validity = "works once, until Wednesday, 2 December 2026 at 18:04 (UTC)";
        assert_eq!(text.contains(validity), subject.has_link(), "{subject:?}");
        assert_eq!(mail.html.contains(validity), subject.has_link(), "{subject:?}");
        assert!(text.contains("Tuesday, 1 December 2026 at 18:04 (UTC)"), "{subject:?}");
    }
}

#[test]
fn a_notice_without_its_link_is_not_rendered() {
    let public_url = PublicUrl::parse(SITE).unwrap();
    for subject in samples::subjects() {
        let Content::Notice(mut notice) = samples::notice(subject.clone()) else { unreachable!() };
        notice.link = None;
        let content = Content::Notice(notice);
        let facts = Facts {
            content: &content,
            language: Language::German,
            public_url: &public_url,
            unsubscribe_url: None,
            show: None,
        };
        let is_missing = matches!(render(&facts), Err(RenderError::NoLink));
        assert_eq!(is_missing, subject.has_link(), "{subject:?}");
    }
}

#[test]
fn debug_output_has_no_secret() {
    let content = samples::notice(NoticeSubject::ResetPassword);
    let public_url = PublicUrl::parse(SITE).unwrap();
    let facts = Facts {
        content: &content,
        language: Language::English,
        public_url: &public_url,
        unsubscribe_url: Some(UNSUBSCRIBE),
        show: None,
    };
    let change = Content::FirstSale(samples::first_sale());
    let outputs = [format!("{facts:?}"), format!("{:?}", rendered(&content))];
    for output in outputs.iter().chain([&format!("{:?}", rendered(&change))]) {
        assert!(!output.contains(samples::SECRET) && !output.contains("dG9rZW4"), "{output}");
    }
}

#[test]
fn a_receipt_states_the_items_and_the_time_and_place_of_the_show() {
    let show = samples::show();
    let content = Content::Receipt(samples::receipt());
    let mail = rendered_with(&content, Language::English, Some(&show));
    assert_eq!(mail.subject, "Your tickets: Nocturne for Eleven Strings");
    for part in ["2 × €24.50", "€49.00", "€39.00", "€88.00", "19:15", "Standing"] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}");
    }
    let when = "Saturday, 5 December 2026 at 20:00 (Berlin)";
    let place = "Kleiner Saal, Gendarmenmarkt 2, 10117 Berlin";
    for part in [when, place, "010101010101010101010101"] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}");
    }
}

#[test]
fn a_free_order_says_free() {
    for (language, word) in [(Language::English, "Free"), (Language::German, "Kostenlos")] {
        let content = Content::Receipt(samples::free_receipt());
        let mail = rendered_with(&content, language, None);
        assert!(mail.text.contains(word) && mail.html.contains(word));
        assert!(!mail.text.contains("0.00") && !mail.text.contains("0,00"));
    }
}

#[test]
fn a_refund_states_the_amount_and_its_destination() {
    for (to, status, words) in [
        (RefundMethod::Card, RefundStatus::Succeeded, "usually 5 to 10"),
        (RefundMethod::Credit, RefundStatus::Succeeded, "at once"),
        (RefundMethod::Card, RefundStatus::CameBack, "our support will contact you"),
    ] {
        let mail = rendered(&samples::refund(to, status));
        assert!(mail.subject.contains("€88.00"), "{}", mail.subject);
        assert!(mail.text.replace('\n', " ").contains(words), "{words}: {}", mail.text);
        assert!(mail.html.contains(words), "{words}");
    }
}

#[test]
fn a_change_of_a_show_states_its_effect_on_the_order() {
    let refunds_until = samples::time("2026-12-20T22:59:00Z");
    for (status, subject, words) in [
        (
            ShowStatus::Postponed { refunds_until },
            "Postponed: ",
            "until Sunday, 20 December 2026 at 23:59 (Berlin): choose them on the page of the order",
        ),
        (ShowStatus::Cancelled, "Cancelled: ", "the whole amount is refunded"),
        (ShowStatus::Scheduled, "Changed: ", "your tickets stay valid"),
    ] {
        let mail = rendered(&Content::ShowChange(samples::show_change(status)));
        assert_eq!(mail.subject, format!("{subject}“Nocturne for Eleven Strings”"));
        assert!(mail.text.replace('\n', " ").contains(words), "{words}: {}", mail.text);
        assert!(mail.html.contains(words), "{words}");
        assert!(mail.text.contains("Saturday, 5 December 2026 at 20:00 (Berlin)"));
    }
}

#[test]
fn totals_of_sales_are_those_of_each_currency() {
    let content = Content::DailySales(samples::daily_sales());
    let mail = rendered_with(&content, Language::AmericanEnglish, None);
    for part in ["€25,600.00", "$120.00", "1,061 tickets", "31 orders", "Further titles"] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}: {}", mail.text);
    }
}

#[test]
fn a_receipt_of_a_time_beyond_the_calendar_has_none() {
    let mut receipt: Receipt = samples::free_receipt();
    receipt.items[0].starts_at = Some(Timestamp::from_unix_ms(i64::MAX / 4));
    let mail = rendered(&Content::Receipt(receipt));
    assert_eq!(mail.calendar, None);
}
