//! Lists: newest first, in pages, within a range of creation.

use std::time::Duration;

use crate::shop::{Shop, text};
use provider_simulator::{Method, Request};
use serde_json::Value;

fn list() -> Request {
    Request::new(Method::Get, "/v1/payment_intents")
}

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|item| text(item, "id")).collect()
}

/// Payment intents, one a second; oldest first.
fn one_a_second(shop: &mut Shop, count: usize) -> Vec<String> {
    let mut created = Vec::new();
    for _ in 0..count {
        created.push(shop.create());
        shop.pass(Duration::from_secs(1));
    }
    created
}

#[test]
fn a_payment_whose_answer_was_lost_is_found_by_its_metadata() {
    let mut shop = Shop::new();
    one_a_second(&mut shop, 3);
    let since = shop.now;
    let lost = Request::create_intent(5_000, "usd").with_metadata("payment", "a");
    let lost = text(&shop.get(&lost), "id");
    let page = shop.get(&Request::list_intents(since));
    let found = page["data"].as_array().unwrap().iter().find(|it| it["metadata"]["payment"] == "a");
    assert_eq!(text(found.unwrap(), "id"), lost);
    assert_eq!(ids(&page), [lost]);
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let mut shop = Shop::new();
    let mut newest_first = one_a_second(&mut shop, 25);
    newest_first.reverse();
    let (mut seen, mut request) = (Vec::new(), list());
    loop {
        let page = shop.get(&request);
        assert_eq!(
            (&page["object"], &page["url"]),
            (&"list".into(), &"/v1/payment_intents".into())
        );
        seen.extend(ids(&page));
        if page["has_more"] == false {
            break;
        }
        assert_eq!(ids(&page).len(), 10);
        request = list().with("starting_after", seen.last().unwrap());
    }
    assert_eq!(seen, newest_first);
    let before = shop.get(&list().with("ending_before", &newest_first[7]).with("limit", "3"));
    assert_eq!(ids(&before), newest_first[4..7]);
    assert_eq!(before["has_more"], true);
    assert_eq!(ids(&shop.get(&list().with("limit", "100"))), newest_first);
}

#[test]
fn a_range_of_creation_is_to_the_second() {
    let mut shop = Shop::new();
    let all = one_a_second(&mut shop, 5);
    let first = shop.get(&Request::retrieve_intent(&all[0]))["created"].as_i64().unwrap();
    let second = |n: i64| (first + n).to_string();
    for (name, value, expected) in [
        ("created", second(2), &all[2..3]),
        ("created[gte]", second(3), &all[3..]),
        ("created[gt]", second(3), &all[4..]),
        ("created[lte]", second(1), &all[..2]),
        ("created[lt]", second(1), &all[..1]),
    ] {
        let mut found = ids(&shop.get(&list().with(name, value)));
        found.reverse();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_list_says_what_is_wrong_with_its_parameters() {
    let mut shop = Shop::new();
    let id = shop.create();
    for (name, value) in [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "x"),
        ("created[gte]", "yesterday"),
        ("starting_after", "pi_none"),
        ("ending_before", "pi_none"),
        ("customer", "cus_1"),
    ] {
        let (status, error) = shop.fail(&list().with(name, value));
        assert_eq!((status, &error["param"]), (400, &name.into()), "{name}={value}");
    }
    let both = list().with("starting_after", &id).with("ending_before", &id);
    assert_eq!(shop.fail(&both).1["code"], "parameters_exclusive");
}

#[test]
fn refunds_are_listed_by_payment() {
    let mut shop = Shop::new();
    let (one, two) = (shop.sell("pm_card_visa"), shop.sell("pm_card_visa"));
    let refund = |shop: &mut Shop, id: &str| {
        text(&shop.get(&Request::create_refund(id).with("amount", "1000")), "id")
    };
    let (first, other, second) =
        (refund(&mut shop, &one), refund(&mut shop, &two), refund(&mut shop, &one));
    assert_eq!(ids(&shop.get(&Request::list_refunds(&one))), [second.clone(), first.clone()]);
    let all = shop.get(&Request::new(Method::Get, "/v1/refunds"));
    assert_eq!(ids(&all), [second, other, first]);
    assert_eq!(shop.fail(&Request::list_refunds("pi_none")).1["param"], "payment_intent");
}
