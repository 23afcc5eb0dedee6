//! Texts of users that imitate markup, headers or properties.

use contract::Language;
use contract::notice::NoticeSubject;
use contract::order::OrderItem;
use contract::show::{ShowState, ShowStatus, VenueState};
use mail::domain::{
    Content, DailySales, FirstSale, Receipt, ShowChange, TitleSales, Transfer, TransferNews,
};
use mail::public_url::PublicUrl;
use mail::rendering::{Facts, Rendered, render};

use crate::samples;

const TEXTS: [&str; 5] = [
    "<script>alert(1)</script>",
    "x\r\nBcc: x@y\r\n\r\nBEGIN:VALARM\nX\u{0}\u{85}\u{2028}Bcc: y",
    "\u{202E}gnp.\u{2066}x\u{202C}",
    "\" onmouseover=\"x' {{ secret }} {name}",
    "מסיבה\r\nBcc: x@y",
];

/// A content with a text in each of its fields, and its show.
fn contents(text: &str) -> (Vec<Content>, ShowState) {
    let text = text.to_owned();
    let venue =
        VenueState { name: text.clone(), time_zone: text.clone(), address: Some(text.clone()) };
    let show = ShowState { title: text.clone(), venue: venue.clone(), ..samples::show() };
    let receipt = samples::receipt();
    let item = |item: &OrderItem| OrderItem {
        title: text.clone(),
        venue: Some(text.clone()),
        ..item.clone()
    };
    let items = receipt.items.iter().map(item).collect();
    let change = samples::show_change(ShowStatus::Cancelled);
    let sales = samples::daily_sales();
    let title = |sales: &TitleSales| TitleSales { title: text.clone(), ..sales.clone() };
    let titles = sales.titles.iter().map(title).collect();
    let contents = vec![
        Content::Receipt(Receipt { items, ..receipt }),
        Content::ShowChange(ShowChange { title: text.clone(), venue, ..change }),
        Content::Transfer(Transfer {
            title: text.clone(),
            ..samples::transfer(TransferNews::OfferedByLink)
        }),
        Content::FirstSale(FirstSale { title: text.clone(), ..samples::first_sale() }),
        Content::DailySales(DailySales { titles, ..sales }),
        samples::notice(NoticeSubject::NewDevice { device: text.clone() }),
        samples::notice(NoticeSubject::AddressChanged { new_email: text.clone() }),
    ];
    (contents, show)
}

fn rendered(content: &Content, show: Option<&ShowState>) -> Rendered {
    let public_url = PublicUrl::parse("https://tickets.example").unwrap();
    let language = Language::English;
    let facts = Facts { content, language, public_url: &public_url, unsubscribe_url: None, show };
    render(&facts).unwrap()
}

#[test]
fn hostile_texts_neither_break_lines_nor_become_markup() {
    for text in TEXTS {
        let (contents, show) = contents(text);
        for content in &contents {
            for show in [None, Some(&show)] {
                let Rendered { subject, text, html, calendar, .. } = rendered(content, show);
                let calendar = calendar.unwrap_or_default();
                assert!(!subject.contains(char::is_control), "{subject:?}");
                for part in [&subject, &text, &html, &calendar] {
                    let reorders = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}');
                    assert!(!part.contains(reorders), "{part:?}");
                    assert!(!part.contains(['\u{0}', '\u{85}', '\u{2028}']), "{part:?}");
                    assert!(!part.contains("\nBcc") && !part.contains("\nBEGIN:VALARM"), "{part}");
                }
                assert!(!text.contains('\r') && !html.contains('\r'), "{text:?}");
                assert!(!html.contains("<script") && !html.contains("\" onmouseover"), "{html}");
            }
        }
    }
}

#[test]
fn right_to_left_titles_do_not_reorder_the_text_around_them() {
    let (contents, show) = contents("מסיבה");
    let mail = rendered(&contents[0], Some(&show));
    assert_eq!(mail.subject, "Your tickets: \u{2068}מסיבה\u{2069}");
    assert!(mail.html.contains("dir=\"auto\""));
    assert!(mail.text.contains("\n  \u{2068}מסיבה\u{2069}\n"), "{}", mail.text);
}

#[test]
fn a_long_title_is_cut_in_the_subject_only() {
    let title = "Ünïcödé 🎻".repeat(40);
    let (contents, show) = contents(&title);
    let mail = rendered(&contents[0], Some(&show));
    assert!(mail.subject.ends_with('…') && mail.subject.chars().count() <= 120);
    assert!(mail.html.contains(&title));
}

#[test]
fn a_title_of_a_changed_show_is_quoted_in_the_subject() {
    let public_url = PublicUrl::parse("https://tickets.example").unwrap();
    let title = "x”. Your account is locked".to_owned();
    let change = ShowChange { title, ..samples::show_change(ShowStatus::Cancelled) };
    let content = Content::ShowChange(change);
    let subject = |language| {
        let (content, public_url) = (&content, &public_url);
        let facts = Facts { content, language, public_url, unsubscribe_url: None, show: None };
        render(&facts).unwrap().subject
    };
    assert_eq!(subject(Language::English), "Cancelled: “x'. Your account is locked”");
    assert_eq!(subject(Language::German), "Abgesagt: „x'. Your account is locked“");
}
