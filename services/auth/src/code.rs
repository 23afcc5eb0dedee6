//! Problem codes of auth, in addition to those of [`web::Code`].

web::codes! {
    BAD_CREDENTIALS = UNAUTHORIZED, "bad_credentials",
        "The e-mail address or the password is wrong";
    /// The password is right. A repeat contains a code.
    SECOND_FACTOR_REQUIRED = UNAUTHORIZED, "second_factor_required",
        "A code of the second factor is required";
    SECOND_FACTOR_ON = CONFLICT, "second_factor_on", "The second factor is on";
    SECOND_FACTOR_OFF = CONFLICT, "second_factor_off", "The second factor is off";
    ACCOUNT_BANNED = FORBIDDEN, "account_banned", "The account is banned";
    EMAIL_TAKEN = CONFLICT, "email_taken", "The e-mail address has an account already";
    LINK_ENDED = CONFLICT, "link_ended", "The link of the mail has no effect any more";
    OTHER_ACCOUNT = CONFLICT, "other_account", "The link of the mail is for another account";
    ALREADY_VERIFIED = CONFLICT, "already_verified", "The e-mail address is verified already";
    ADDRESS_CHANGED_OFTEN = CONFLICT, "address_changed_often", "The e-mail address changed too often within a week";
    SAME_ADDRESS = CONFLICT, "same_address", "The account has this e-mail address already";
    ADMINISTRATOR = CONFLICT, "administrator", "Administrators cannot be erased";
    OPEN_ORDERS = CONFLICT, "open_orders", "An order is not paid yet";
    OPEN_PAYMENTS = CONFLICT, "open_payments", "A payment has not ended yet";
    /// Units of the account's tickets are held, or sold for a future date.
    OPEN_SALES = CONFLICT, "open_sales", "Tickets of the account are still to be honoured";
    CREDIT_LEFT = CONFLICT, "credit_left", "There is credit on the account";
    /// No administrator who can sign in would remain.
    LAST_ADMINISTRATOR = CONFLICT, "last_administrator", "The last administrator cannot be removed";
}
