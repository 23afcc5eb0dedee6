//! Contents of mails, one for each branch of the rendering.

use contract::notice::NoticeSubject;
use contract::order::OrderItem;
use contract::payment::{RefundMethod, RefundStatus, RefundSummary};
use contract::show::{ShowState, ShowStatus, VenueState};
use contract::{Id, Money, Timestamp};
use mail::domain::{
    Content, DailySales, FirstSale, Link, Notice, Receipt, Refund, ShowChange, TitleSales,
    Transfer, TransferNews,
};

/// The secret of every link.
pub(crate) const SECRET: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";

/// The time of every cause.
pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An amount.
pub(crate) fn money(minor_units: i64, code: &str) -> Money {
    Money::new(minor_units, code.parse().unwrap())
}

fn id(byte: u8) -> Id {
    Id::from_bytes([byte; 12])
}

/// All subjects of notices.
pub(crate) fn subjects() -> Vec<NoticeSubject> {
    let device = "Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0".to_owned();
    vec![
        NoticeSubject::SignUp,
        NoticeSubject::AccountExists,
        NoticeSubject::VerifyAddress,
        NoticeSubject::ChangeAddress,
        NoticeSubject::AddressChanged { new_email: "a…@example.com".to_owned() },
        NoticeSubject::ResetPassword,
        NoticeSubject::PasswordChanged,
        NoticeSubject::NewDevice { device },
        NoticeSubject::SecondFactorChanged { is_on: true },
        NoticeSubject::SecondFactorChanged { is_on: false },
        NoticeSubject::RecoveryCodeUsed { codes_left: 7 },
        NoticeSubject::RecoveryCodeUsed { codes_left: 0 },
    ]
}

/// A notice, with a link if its subject has one.
pub(crate) fn notice(subject: NoticeSubject) -> Content {
    let link = subject.has_link().then(|| Link { id: id(7), secret: SECRET.to_owned() });
    Content::Notice(Notice {
        subject,
        link,
        requested_at: time("2026-12-01T18:04:00Z"),
        ends_at: time("2026-12-02T18:04:00Z"),
    })
}

fn item(title: &str, unit_price: Money, quantity: u32) -> OrderItem {
    OrderItem {
        ticket_id: id(3).into(),
        seller: id(4).into(),
        title: title.to_owned(),
        venue: Some("Kleiner Saal".to_owned()),
        starts_at: Some(time("2026-12-05T19:00:00Z")),
        unit_price,
        quantity,
        returned: 0,
        returned_in_version: None,
        resale: None,
    }
}

/// A receipt of two items of a show.
pub(crate) fn receipt() -> Receipt {
    Receipt {
        order_id: id(1).into(),
        show_id: Some(id(2).into()),
        items: vec![
            item("Standing", money(2450, "eur"), 2),
            item("Balcony, row 3", money(3900, "eur"), 1),
        ],
        total: money(8800, "eur"),
        ordered_at: time("2026-12-01T18:04:00Z"),
    }
}

/// A receipt of a free ticket without a show.
pub(crate) fn free_receipt() -> Receipt {
    let free = money(0, "eur");
    Receipt {
        show_id: None,
        items: vec![item("Open rehearsal", free, 1)],
        total: free,
        ..receipt()
    }
}

/// The show of the receipt.
pub(crate) fn show() -> ShowState {
    ShowState {
        id: id(2).into(),
        version: 1,
        seller: id(4).into(),
        title: "Nocturne for Eleven Strings".to_owned(),
        description: None,
        venue: venue(),
        doors_at: Some(time("2026-12-05T18:15:00Z")),
        starts_at: time("2026-12-05T19:00:00Z"),
        status: ShowStatus::Scheduled,
        image: None,
        created_at: time("2026-10-01T08:00:00Z"),
    }
}

fn venue() -> VenueState {
    VenueState {
        name: "Kleiner Saal".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        address: Some("Gendarmenmarkt 2\n10117 Berlin".to_owned()),
    }
}

/// A refund.
pub(crate) fn refund(to: RefundMethod, status: RefundStatus) -> Content {
    let at = time("2026-12-03T09:30:00Z");
    let refund = RefundSummary { id: id(5).into(), amount: money(8800, "eur"), to, status, at };
    Content::Refund(Refund { order_id: id(1).into(), refund })
}

/// A change of the show.
pub(crate) fn show_change(status: ShowStatus) -> ShowChange {
    let show = show();
    ShowChange {
        order_id: id(1).into(),
        show_id: show.id,
        show_version: 2,
        title: show.title,
        venue: show.venue,
        doors_at: show.doors_at,
        starts_at: show.starts_at,
        status,
    }
}

/// The news of a transfer of two admissions.
pub(crate) fn transfer(news: TransferNews) -> Transfer {
    let link = Link { id: id(7), secret: SECRET.to_owned() };
    Transfer {
        transfer_id: id(7).into(),
        news,
        title: "Nocturne for Eleven Strings".to_owned(),
        units: 2,
        link: (news == TransferNews::OfferedByLink).then_some(link),
        expires_at: time("2026-12-08T18:04:00Z"),
    }
}

/// The first sale of a seller.
pub(crate) fn first_sale() -> FirstSale {
    FirstSale {
        title: "Nocturne for Eleven Strings".to_owned(),
        units: 2,
        amount: money(4900, "eur"),
        sold_at: time("2026-12-01T18:04:00Z"),
    }
}

/// Sales in two currencies, with titles that are not listed.
pub(crate) fn daily_sales() -> DailySales {
    let of = |title: &str, units, amount| TitleSales { title: title.to_owned(), units, amount };
    DailySales {
        day: time("2026-12-01T00:00:00Z"),
        orders: 31,
        titles: vec![
            of("Nocturne for Eleven Strings", 1042, money(2_552_900, "eur")),
            of("Late Show", 4, money(12_000, "usd")),
            of("Open rehearsal", 12, money(0, "eur")),
        ],
        totals: vec![money(2_560_000, "eur"), money(12_000, "usd")],
        units: 1061,
    }
}

/// All contents, with a name for each.
pub(crate) fn contents() -> Vec<(String, Content)> {
    let refunds_until = time("2026-12-20T22:59:00Z");
    let change = |status| Content::ShowChange(show_change(status));
    let transfer = |news| Content::Transfer(transfer(news));
    let mut contents: Vec<(String, Content)> = [
        ("receipt", Content::Receipt(receipt())),
        ("receipt-free", Content::Receipt(free_receipt())),
        ("refund-card", refund(RefundMethod::Card, RefundStatus::Succeeded)),
        ("refund-credit", refund(RefundMethod::Credit, RefundStatus::Succeeded)),
        ("refund-came-back", refund(RefundMethod::Card, RefundStatus::CameBack)),
        ("show-postponed", change(ShowStatus::Postponed { refunds_until })),
        ("show-cancelled", change(ShowStatus::Cancelled)),
        ("show-moved", change(ShowStatus::Scheduled)),
        ("transfer-offered", transfer(TransferNews::Offered)),
        ("transfer-by-link", transfer(TransferNews::OfferedByLink)),
        ("transfer-cancelled", transfer(TransferNews::Cancelled)),
        ("transfer-accepted", transfer(TransferNews::Accepted)),
        ("transfer-declined", transfer(TransferNews::Declined)),
        ("transfer-expired", transfer(TransferNews::Expired)),
        ("first-sale", Content::FirstSale(first_sale())),
        ("daily-sales", Content::DailySales(daily_sales())),
    ]
    .map(|(name, content)| (name.to_owned(), content))
    .into();
    let notices = subjects().into_iter().enumerate();
    contents.extend(notices.map(|(i, subject)| (format!("notice-{i:02}"), notice(subject))));
    contents
}
