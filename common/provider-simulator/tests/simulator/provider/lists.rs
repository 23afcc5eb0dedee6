//! Lists: newest first, in pages, within a range of creation.

use crate::prelude::*;

fn intents() -> Request {
    Request::new(Method::Get, "/v1/payment_intents")
}

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|item| text(item, "id")).collect()
}

/// Creates payment intents, one per second; returns their ids, oldest first.
fn one_a_second(merchant: &mut Merchant, count: usize) -> Vec<String> {
    let mut created = Vec::new();
    for _ in 0..count {
        created.push(merchant.create());
        merchant.pass(Duration::from_secs(1));
    }
    created
}

#[test]
fn a_payment_with_a_lost_response_is_found_by_its_metadata() {
    let mut merchant = Merchant::new();
    one_a_second(&mut merchant, 3);
    let since = merchant.now.unix_ms() / 1000;
    let lost = Request::create_intent(5_000, "usd").with_metadata("payment", "a");
    let lost = text(&merchant.get(&lost), "id");
    let since = list("payment_intents").with("created[gte]", since);
    let page = merchant.get(&since);
    assert_eq!(page["data"][0]["metadata"]["payment"], "a");
    assert_eq!(ids(&page), [lost]);
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let mut merchant = Merchant::new();
    let mut newest_first = one_a_second(&mut merchant, 25);
    newest_first.reverse();
    let (mut seen, mut request) = (Vec::new(), intents());
    loop {
        let page = merchant.get(&request);
        has("page", &page, &json!({ "object": "list", "url": "/v1/payment_intents" }));
        seen.extend(ids(&page));
        if page["has_more"] == false {
            break;
        }
        assert_eq!(ids(&page).len(), 10);
        request = intents().with("starting_after", seen.last().unwrap());
    }
    assert_eq!(seen, newest_first);
    let all = merchant.get(&intents().with("limit", "100"));
    assert_eq!((ids(&all), &all["has_more"]), (newest_first, &json!(false)));
}

#[test]
fn the_earliest_creation_is_in_whole_seconds() {
    let mut merchant = Merchant::new();
    let all = one_a_second(&mut merchant, 5);
    let first = merchant.get(&Request::retrieve_intent(&all[0]))["created"].as_i64().unwrap();
    let found = ids(&merchant.get(&intents().with("created[gte]", first + 3)));
    assert_eq!(found, [all[4].clone(), all[3].clone()]);
}

#[test]
fn a_list_names_its_wrong_parameter() {
    let mut merchant = Merchant::new();
    merchant.create();
    for (name, value) in [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "x"),
        ("created[gte]", "yesterday"),
        ("starting_after", "pi_none"),
        ("created[lt]", "1"),
        ("ending_before", "pi_none"),
        ("customer", "cus_1"),
    ] {
        merchant.fail(&intents().with(name, value), 400, &json!({ "param": name }));
    }
}

#[test]
fn refunds_are_listed_by_payment() {
    let mut merchant = Merchant::new();
    let (one, two) = (merchant.sell("pm_card_visa"), merchant.sell("pm_card_visa"));
    let refund = |merchant: &mut Merchant, id: &str| {
        text(&merchant.get(&create_refund(id).with("amount", 1000)), "id")
    };
    let (first, other, second) =
        (refund(&mut merchant, &one), refund(&mut merchant, &two), refund(&mut merchant, &one));
    assert_eq!(
        ids(&merchant.get(&list("refunds").with("payment_intent", &one))),
        [second.clone(), first.clone()]
    );
    let all = merchant.get(&Request::new(Method::Get, "/v1/refunds"));
    assert_eq!(ids(&all), [second, other, first]);
    let param = json!({ "param": "payment_intent" });
    merchant.fail(&list("refunds").with("payment_intent", "pi_none"), 400, &param);
}
