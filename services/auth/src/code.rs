//! Problem codes of auth, in addition to those of [`web::Code`].

web::codes! {
    BAD_CREDENTIALS = UNAUTHORIZED, "bad_credentials",
        "The e-mail address or the password is wrong";
    ACCOUNT_BANNED = FORBIDDEN, "account_banned", "The account is banned";
    EMAIL_TAKEN = CONFLICT, "email_taken", "The e-mail address has an account already";
    ADMINISTRATOR = CONFLICT, "administrator", "Administrators cannot be erased";
    OPEN_ORDERS = CONFLICT, "open_orders", "An order is not paid yet";
    OPEN_PAYMENTS = CONFLICT, "open_payments", "A payment has not ended yet";
    /// Units of the account's tickets are held, or sold for a future date.
    OPEN_SALES = CONFLICT, "open_sales", "Tickets of the account are still to be honoured";
    CREDIT_LEFT = CONFLICT, "credit_left", "There is credit on the account";
    /// No administrator who can sign in would remain.
    LAST_ADMINISTRATOR = CONFLICT, "last_administrator", "The last administrator cannot be removed";
}
