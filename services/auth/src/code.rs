//! The problem codes that auth refuses with, beside the general ones of [`web::Code`].

web::codes! {
    /// The e-mail address or the password is wrong.
    BAD_CREDENTIALS = UNAUTHORIZED, "bad_credentials",
        "The e-mail address or the password is wrong";
    /// The account is banned.
    ACCOUNT_BANNED = FORBIDDEN, "account_banned", "The account is banned";
    /// The e-mail address has an account.
    EMAIL_TAKEN = CONFLICT, "email_taken", "The e-mail address has an account already";
    /// An administrator cannot erase the own account.
    ADMINISTRATOR = CONFLICT, "administrator", "Administrators cannot be erased";
    /// An order of the account is not paid yet.
    OPEN_ORDERS = CONFLICT, "open_orders", "An order is not paid yet";
    /// A payment of the account has not ended yet.
    OPEN_PAYMENTS = CONFLICT, "open_payments", "A payment has not ended yet";
    /// Units of the account's tickets are held, or sold for a time to come.
    OPEN_SALES = CONFLICT, "open_sales", "Tickets of the account are still to be honoured";
    /// The account has credit.
    CREDIT_LEFT = CONFLICT, "credit_left", "There is credit on the account";
    /// No administrator who may sign in would be left.
    LAST_ADMINISTRATOR = CONFLICT, "last_administrator", "The last administrator cannot be removed";
}
