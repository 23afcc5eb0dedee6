//! The payment provider as a setting.

use contract::payment_provider::{PaymentProvider, ProviderSettings};
use service::settings::table;
use service::{Mode, process_settings};

/// The settings of three services from these arguments, as in the program with all services.
fn read(arguments: &[&str]) -> Result<Vec<PaymentProvider>, Vec<String>> {
    let process = process_settings::table(0, Mode::Production);
    let table = [process, table::<ProviderSettings>()].concat();
    let mut settings = testing::settings::given(&table, arguments, &[]);
    let mut take = || {
        let provider: ProviderSettings = settings.get()?;
        settings.refuse_in_production(&ProviderSettings::FLAGS, provider.refused_in_production());
        Some(provider.payment_provider)
    };
    let taken = (0..3).map(|_| take()).collect();
    settings.finish(taken).map_err(|errors| errors.0)
}

#[test]
fn production_sells_for_no_money_only_where_a_second_setting_allows_it() {
    let refused =
        "is test, which takes no money: production needs stripe, or ALLOW_TEST_PROVIDER=yes";
    assert_eq!(read(&[]), Err(vec![format!("PAYMENT_PROVIDER: {refused}")]));
    let explicit = "--payment-provider=test";
    assert_eq!(read(&[explicit]), Err(vec![format!("--payment-provider: {refused}")]));
    assert_eq!(read(&["--allow-test-provider=yes"]), Ok(vec![PaymentProvider::Test; 3]));
    assert_eq!(read(&["--payment-provider=stripe"]), Ok(vec![PaymentProvider::Stripe; 3]));
    assert_eq!(read(&["--mode=development"]), Ok(vec![PaymentProvider::Test; 3]));
    let wrong = "--allow-test-provider: must be yes or no, not \"1\"";
    assert_eq!(read(&["--allow-test-provider=1"]), Err(vec![wrong.to_owned()]));
}
