//! The words of problem codes: a refusal of another service in the visitor's language.

use super::Language;

formats::messages! { Language;
    refused_password: "This is not your current password.", "Das ist nicht dein aktuelles Passwort.";
    refused_card: "The card was declined.", "Die Karte wurde abgelehnt.";
    refused_funds: "The card was declined: there is not enough money on it.", "Die Karte wurde abgelehnt: Sie ist nicht gedeckt.";
    refused_expired_card: "The card was declined: it has expired.", "Die Karte wurde abgelehnt: Sie ist abgelaufen.";
    refused_attempts(seconds): "Too many cards were declined. Wait {seconds} seconds, then try again.", "Zu viele Karten wurden abgelehnt. Warte {seconds} Sekunden und versuche es noch einmal.";
    refused_not_captured: "The payment has not been charged yet. Try again later.", "Die Zahlung ist noch nicht eingezogen. Versuche es später noch einmal.";
    refused_disputed: "This payment is disputed at the bank. It cannot be refunded until the bank has decided.", "Diese Zahlung wird bei der Bank bestritten. Bis zur Entscheidung der Bank wird sie nicht erstattet.";
    refused_exceeds: "That is more than is left to return.", "Das ist mehr, als noch zurückgegeben werden kann.";
    refused_period: "The time to return these tickets is over. Write to the seller.", "Die Frist zur Rückgabe ist vorbei. Wende dich an den Verkäufer.";
    refused_changed: "This was changed in the meantime. Look at the present state, then send it again.", "Das wurde inzwischen geändert. Sieh dir den jetzigen Stand an und sende es noch einmal.";
    refused_last_administrator: "This is the last administrator who can sign in.", "Das ist die letzte Person mit Verwaltungsrechten, die sich anmelden kann.";
    refused_administrator: "Administrators cannot be deleted. Another administrator must revoke the role first.", "Verwaltungskonten können nicht gelöscht werden. Zuerst muss ein anderes Verwaltungskonto die Rolle entziehen.";
    refused_sold_out: "There are not so many tickets left.", "So viele Tickets gibt es nicht mehr.";
    refused_price: "The price has changed. Look at it, then order again.", "Der Preis hat sich geändert. Sieh ihn dir an und bestelle dann noch einmal.";
    refused_total(total): "The price has changed: the total is {total} now. Look at it, then order again.", "Der Preis hat sich geändert: Zusammen sind es jetzt {total}. Sieh ihn dir an und bestelle dann noch einmal.";
    refused_other_page: "This page does not have that ticket.", "Dieses Ticket gibt es auf dieser Seite nicht.";
    refused_not_offered: "This is not on offer any more.", "Das ist nicht mehr im Angebot.";
    refused_own_ticket: "This is your own offer.", "Das ist dein eigenes Angebot.";
    refused_holds: "You hold as many unpaid tickets as are allowed. Pay or cancel an order first.", "Du hältst so viele unbezahlte Tickets, wie erlaubt sind. Bezahle oder storniere zuerst eine Bestellung.";
    refused_network: "Too many unpaid tickets are held from your network. Try again in a minute.", "Aus deinem Netz werden zu viele unbezahlte Tickets gehalten. Versuche es in einer Minute noch einmal.";
    refused_order_complete: "This order is paid already.", "Diese Bestellung ist schon bezahlt.";
    refused_order_expired: "The time to pay is over. Nothing was charged.", "Die Zeit zum Bezahlen ist vorbei. Nichts wurde berechnet.";
    refused_email_taken: "This e-mail address has an account already. Sign in instead.", "Für diese E-Mail-Adresse gibt es schon ein Konto. Melde dich damit an.";
    refused_banned: "This account is banned.", "Dieses Konto ist gesperrt.";
    refused_shows_differ: "An order is for one show: order the tickets of each show by themselves.", "Eine Bestellung ist für eine Veranstaltung: Bestelle die Tickets jeder Veranstaltung für sich.";
    refused_order_cancelled: "This order is cancelled.", "Diese Bestellung ist storniert.";
    refused_paying: "This order is being paid already.", "Diese Bestellung wird gerade bezahlt.";
    refused_not_chargeable: "This amount cannot be charged to a card.", "Dieser Betrag kann nicht von einer Karte abgebucht werden.";
    refused_own_offer: "You cannot report your own offer.", "Du kannst dein eigenes Angebot nicht melden.";
    refused_report_limit: "You have many open reports. Wait until some are closed.", "Du hast viele offene Meldungen. Warte, bis einige erledigt sind.";
    refused_used_key: "This form was sent before, with other values. Look at what it did, then send it again.", "Dieses Formular wurde schon mit anderen Angaben gesendet. Sieh dir an, was daraus geworden ist, und sende es dann noch einmal.";
    refused_cross_site: "This was sent from another site.", "Das wurde von einer anderen Website gesendet.";
    refused_slow: "The form took too long to arrive. Send it again.", "Das Formular kam zu langsam an. Sende es noch einmal.";
    refused_link_ended: "This link has no effect any more: it was used, has expired, or was replaced.", "Dieser Link wirkt nicht mehr: Er wurde benutzt, ist abgelaufen oder wurde ersetzt.";
    refused_other_account: "This link is for another account.", "Dieser Link gehört zu einem anderen Konto.";
    refused_address_changed_often: "The address changed ten times within a week. Try again in some days.", "Die Adresse hat sich in einer Woche zehnmal geändert. Versuche es in einigen Tagen wieder.";
    refused_already_verified: "Your e-mail address is confirmed already.", "Deine E-Mail-Adresse ist schon bestätigt.";
    refused_same_address: "This is the address of your account already.", "Das ist schon die Adresse deines Kontos.";
    refused_factor_required: "Your account has a second factor: sign in with a code.", "Dein Konto hat einen zweiten Faktor: Melde dich mit einem Code an.";
    refused_factor_on: "The second factor is on already.", "Der zweite Faktor ist schon eingeschaltet.";
    refused_factor_off: "The second factor is off, or its set-up took longer than 15 minutes. Begin again.", "Der zweite Faktor ist ausgeschaltet, oder das Einrichten hat länger als 15 Minuten gedauert. Fang noch einmal an.";
    refused_unverified: "Before you buy or sell, confirm that your e-mail address is yours.", "Bevor du kaufst oder verkaufst, bestätige, dass deine E-Mail-Adresse dir gehört.";
    refused_show_cancelled: "The show is cancelled.", "Die Veranstaltung ist abgesagt.";
}

impl Language {
    /// The words of a problem code; `None` for a code without any. `detail` is the text of the
    /// service.
    pub(crate) fn refusal(self, code: &str, detail: &str) -> Option<&'static str> {
        Some(match code {
            "bad_credentials" => self.refused_password(),
            "payment_declined" => self.declined(detail),
            "not_captured" => self.refused_not_captured(),
            "payment_disputed" => self.refused_disputed(),
            "refund_exceeds" => self.refused_exceeds(),
            "refund_period_over" => self.refused_period(),
            "precondition_failed" | "version_conflict" => self.refused_changed(),
            "last_administrator" => self.refused_last_administrator(),
            "administrator" => self.refused_administrator(),
            "link_ended" => self.refused_link_ended(),
            "other_account" => self.refused_other_account(),
            "address_changed_often" => self.refused_address_changed_often(),
            "already_verified" => self.refused_already_verified(),
            "same_address" => self.refused_same_address(),
            "second_factor_required" => self.refused_factor_required(),
            "second_factor_on" => self.refused_factor_on(),
            "second_factor_off" => self.refused_factor_off(),
            "address_unverified" => self.refused_unverified(),
            "sold_out" => self.refused_sold_out(),
            "not_offered" | "sales_ended" => self.refused_not_offered(),
            "own_ticket" => self.refused_own_ticket(),
            "hold_limit" => self.refused_holds(),
            "network_limit" => self.refused_network(),
            "order_complete" => self.refused_order_complete(),
            "order_expired" => self.refused_order_expired(),
            "transfer_ended" => self.refused_transfer_ended(),
            "being_transferred" => self.refused_being_transferred(),
            "not_enough" => self.refused_not_enough(),
            "same_user" => self.refused_same_user(),
            "device_only" => self.refused_device_only(),
            "held_by_device" => self.refused_held_by_device(),
            "not_valid" => self.refused_not_valid(),
            "above_cap" => self.refused_above_cap(),
            "show_started" => self.refused_show_started(),
            "not_listed" => self.refused_not_listed(),
            "resale_limit" => self.refused_resale_limit(),
            "too_many_pages" => self.refused_too_many_pages(),
            "show_cancelled" => self.refused_show_cancelled(),
            "email_taken" => self.refused_email_taken(),
            "account_banned" => self.refused_banned(),
            "shows_differ" => self.refused_shows_differ(),
            "order_cancelled" => self.refused_order_cancelled(),
            "payment_in_progress" => self.refused_paying(),
            "amount_not_chargeable" => self.refused_not_chargeable(),
            "own_offer" => self.refused_own_offer(),
            "report_limit" => self.refused_report_limit(),
            "idempotency_key_reused" => self.refused_used_key(),
            "cross_site" => self.refused_cross_site(),
            "request_timeout" => self.refused_slow(),
            _ => return None,
        })
    }

    /// The words of a declined card; the provider's reason is the last word of the text.
    fn declined(self, detail: &str) -> &'static str {
        match detail.rsplit(' ').next() {
            Some("insufficient_funds") => self.refused_funds(),
            Some("expired_card") => self.refused_expired_card(),
            _ => self.refused_card(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declined_card_has_the_reason_of_the_provider() {
        let words = |detail| Language::ENGLISH.refusal("payment_declined", detail);
        assert!(words("The card was declined: insufficient_funds").unwrap().contains("money"));
        assert!(words("The card was declined: expired_card").unwrap().contains("expired"));
        assert_eq!(words("The card was declined: lost_card"), Some("The card was declined."));
        assert_eq!(words(""), Some("The card was declined."));
    }

    #[test]
    fn an_unknown_code_has_no_words() {
        assert_eq!(Language::GERMAN.refusal("reserved", "3 are left"), None);
    }
}
