//! The words of the pages of administrators.

use super::Language;

formats::messages! { Language;
    admin_find: "Accounts and offers", "Konten und Angebote";
    admin_payments: "Open payments", "Offene Zahlungen";
    admin_refunds: "Open refunds", "Offene Erstattungen";
    admin_disputes: "Disputes", "Zahlungsstreite";

    // Search.
    admin_find_account: "Find an account", "Konto suchen";
    admin_find_account_label: "E-mail address or id of the account", "E-Mail-Adresse oder Kennung des Kontos";
    admin_find_account_hint: "The address is not written to the address bar or the log.", "Die Adresse erscheint weder in der Adresszeile noch im Protokoll.";
    admin_find_account_none: "No account has this address or id.", "Kein Konto hat diese Adresse oder Kennung.";
    admin_find_offer: "Find an offer", "Angebot suchen";
    admin_find_offer_label: "Address of its page, or its id", "Adresse der Seite oder Kennung";
    admin_find_offer_hint: "For example https://…/shows/6920… or 6920…", "Zum Beispiel https://…/shows/6920… oder 6920…";
    admin_find_offer_none: "There is no show and no ticket of this id.", "Es gibt keine Veranstaltung und kein Ticket mit dieser Kennung.";
    admin_search: "Find", "Suchen";

    // An account.
    admin_account: "Account", "Konto";
    admin_account_since(date): "since {date}", "seit {date}";
    admin_account_id: "Account id", "Kennung";
    admin_is_admin: "Administrator", "Verwaltung";
    admin_is_banned: "Banned", "Gesperrt";
    admin_is_active: "Active", "Aktiv";
    admin_own_account: "This is your own account.", "Das ist dein eigenes Konto.";
    admin_ban: "Ban the account", "Konto sperren";
    admin_ban_text: "Its sessions end, it cannot sign in, and its offers cannot be ordered. Paid orders stay valid. A ban can be lifted.", "Die Sitzungen enden, eine Anmeldung ist nicht mehr möglich, die Angebote sind nicht bestellbar. Bezahlte Bestellungen bleiben gültig. Eine Sperre kann aufgehoben werden.";
    admin_ban_confirm(email): "Ban {email}", "{email} sperren";
    admin_unban: "Lift the ban", "Sperre aufheben";
    admin_unban_text: "The account can sign in again, and its offers can be ordered again, apart from those that are withdrawn or taken down.", "Das Konto kann sich wieder anmelden. Die Angebote sind wieder bestellbar, außer zurückgezogenen und entfernten.";
    admin_unban_confirm(email): "Lift the ban of {email}", "Sperre von {email} aufheben";
    admin_done_banned: "The account is banned.", "Das Konto ist gesperrt.";
    admin_done_unbanned: "The ban is lifted.", "Die Sperre ist aufgehoben.";
    admin_shows_of_account: "Shows", "Veranstaltungen";
    admin_tickets_of_account: "Tickets, newest first", "Tickets, neueste zuerst";
    admin_no_shows: "No shows.", "Keine Veranstaltungen.";
    admin_no_tickets: "No tickets.", "Keine Tickets.";

    // An offer.
    admin_offer: "Offer", "Angebot";
    admin_seller: "Seller", "Verkäufer";
    admin_price_label: "Price", "Preis";
    admin_units: "Units", "Anzahl";
    admin_units_of(available, quantity): "{available} of {quantity} available", "{available} von {quantity} verfügbar";
    admin_of_show: "Show", "Veranstaltung";
    admin_public_page: "Page of buyers", "Seite für Käufer";
    admin_offer_open: "On offer", "Im Angebot";
    admin_offer_withdrawn: "Withdrawn by the seller", "Vom Verkäufer zurückgezogen";
    admin_offer_taken_down: "Taken down", "Entfernt";
    admin_offer_suspended: "The seller is banned", "Verkäufer gesperrt";
    admin_offer_ended: "Sales have ended", "Verkauf beendet";
    admin_show_scheduled: "Scheduled", "Findet statt";
    admin_take_down: "Take the ticket down", "Ticket entfernen";
    admin_take_down_text: "It leaves the lists and cannot be ordered. Its seller cannot offer it again, an administrator can. Paid orders stay valid; their seller or an administrator refunds them.", "Es verlässt die Listen und ist nicht mehr bestellbar. Wieder anbieten kann es nur die Verwaltung. Bezahlte Bestellungen bleiben gültig und werden vom Verkäufer oder der Verwaltung erstattet.";
    admin_take_down_confirm: "Take this ticket down", "Dieses Ticket entfernen";
    admin_restore: "Offer the ticket again", "Ticket wieder anbieten";
    admin_restore_text: "It is offered again with the texts, price and number of units shown here.", "Es wird mit den hier gezeigten Texten, dem Preis und der Anzahl wieder angeboten.";
    admin_restore_confirm: "Offer this ticket again", "Dieses Ticket wieder anbieten";
    admin_done_taken_down: "The ticket is taken down.", "Das Ticket ist entfernt.";
    admin_done_restored: "The ticket is offered again.", "Das Ticket wird wieder angeboten.";
    admin_cancel_show: "Cancel the show", "Veranstaltung absagen";
    admin_cancel_show_text: "This is final. Nothing more is sold, open orders end, and every paid order is refunded in full. The house bears what the seller's balance does not cover.", "Das ist endgültig. Nichts wird mehr verkauft, offene Bestellungen enden, jede bezahlte Bestellung wird voll erstattet. Was das Guthaben des Verkäufers nicht deckt, trägt das Haus.";
    admin_cancel_show_confirm(title): "Cancel “{title}” and refund every order", "„{title}“ absagen und alle Bestellungen erstatten";
    admin_done_show_cancelled: "The show is cancelled. Refunds follow by themselves.", "Die Veranstaltung ist abgesagt. Die Erstattungen folgen von selbst.";
    admin_refunds_owed: "Refunds owed", "Ausstehend";
    admin_refunds_done: "Refunded", "Erstattet";
    admin_refunds_failed: "Credited instead", "Gutgeschrieben";
    admin_tickets_of_show: "Price categories", "Preiskategorien";

    // Reports of offers.
    admin_reports: "Reports", "Meldungen";
    admin_reports_text: "Offers that accounts have reported, oldest first. Look at the offer; take the ticket down, cancel the show or ban the seller if the report is right. Then close the report. The seller does not see who reported.", "Gemeldete Angebote, älteste zuerst. Sieh dir das Angebot an; stimmt die Meldung, entferne das Ticket, sage die Veranstaltung ab oder sperre den Verkäufer. Schließe danach die Meldung. Der Verkäufer sieht nicht, wer gemeldet hat.";
    admin_reports_none: "There are no open reports.", "Es gibt keine offenen Meldungen.";
    admin_reported_at: "Reported", "Gemeldet";
    admin_reporter: "Reported by", "Gemeldet von";
    admin_close_report: "Close the report", "Meldung schließen";
    admin_close_report_of(title): "Close the report: {title}", "Meldung schließen: {title}";
    admin_done_report_closed: "The report is closed.", "Die Meldung ist geschlossen.";

    // Open payments, open refunds, disputes.
    admin_payments_text: "Payments and top-ups without an end, oldest first. The program asks the provider by itself; most end within minutes, and none should be older than an hour.", "Zahlungen und Aufladungen ohne Ergebnis, älteste zuerst. Das Programm fragt von selbst beim Anbieter nach; die meisten enden in Minuten, keine sollte älter als eine Stunde sein.";
    admin_payments_none: "Every payment has ended.", "Alle Zahlungen sind abgeschlossen.";
    admin_refunds_text: "Refunds without an end, oldest first. Banks may take days.", "Erstattungen ohne Ergebnis, älteste zuerst. Banken brauchen manchmal Tage.";
    admin_refunds_none: "Every refund has ended.", "Alle Erstattungen sind abgeschlossen.";
    admin_disputes_text: "Payments that payers dispute at their bank, newest first. The provider has withdrawn the money, and the sellers' shares are withheld.", "Zahlungen, die bei der Bank bestritten werden, neueste zuerst. Der Anbieter hat das Geld eingezogen, die Anteile der Verkäufer sind einbehalten.";
    admin_disputes_none: "No payment was ever disputed.", "Bisher wurde keine Zahlung bestritten.";
    admin_next_step: "What to do", "Was zu tun ist";
    admin_payer: "Payer", "Zahler";
    admin_provider_id: "Id at the provider", "Kennung beim Anbieter";
    admin_payment_id: "Payment", "Zahlung";
    admin_refund_id: "Refund", "Erstattung";
    admin_dispute_id: "Dispute", "Streit";
    admin_of_top_up: "Top-up", "Aufladung";
    admin_began_at: "Began", "Beginn";
    admin_ended_at: "Ended", "Ende";
    admin_destination: "To", "An";
    admin_to_card: "card", "Karte";
    admin_to_credit: "credit", "Guthaben";
    admin_origin: "Origin", "Anlass";
    admin_origin_requested: "requested", "angefordert";
    admin_origin_returned: "money that no order accepts", "Geld ohne Bestellung";
    admin_origin_provider: "made at the provider", "beim Anbieter ausgelöst";
    admin_origin_show_cancelled: "the show was cancelled", "Absage der Veranstaltung";
    admin_status_provider: "Waits for the provider", "Wartet auf den Anbieter";
    admin_status_bank: "Waits for the bank", "Wartet auf die Bank";
    admin_status_payer: "Waits for the payer", "Wartet auf den Zahler";
    admin_status_reserved: "Money is reserved", "Geld ist reserviert";
    admin_status_dispute_open: "Open", "Offen";
    admin_status_dispute_won: "Won", "Gewonnen";
    admin_status_dispute_lost: "Lost", "Verloren";
    admin_advice_provider: "Nothing for now: the provider is asked every minute. After an hour, look for this payment in the log and at the provider. Do not capture or refund it there by hand.", "Vorerst nichts: Der Anbieter wird jede Minute gefragt. Nach einer Stunde suche diese Zahlung im Protokoll und beim Anbieter. Dort nicht von Hand einziehen oder erstatten.";
    admin_advice_payer: "Nothing: the payer confirms at the bank, or the payment is voided when its time is over.", "Nichts: Der Zahler bestätigt bei der Bank, oder die Zahlung verfällt nach ihrer Frist.";
    admin_advice_reserved: "Nothing for now: the money is charged or released once the order has ended. If it stays for an hour, run “boxoffice dead-letters list”, then “boxoffice resync orders”.", "Vorerst nichts: Das Geld wird eingezogen oder freigegeben, sobald die Bestellung endet. Bleibt es eine Stunde so, führe „boxoffice dead-letters list“ und danach „boxoffice resync orders“ aus.";
    admin_advice_refund: "Not yet at the provider: it is sent again by itself. Do not refund at the provider by hand meanwhile.", "Noch nicht beim Anbieter: Sie wird von selbst erneut gesendet. Inzwischen nicht von Hand beim Anbieter erstatten.";
    admin_advice_refund_bank: "The bank has it: wait. After a few days, compare with the provider. If it failed there, pay the customer in another way.", "Sie liegt bei der Bank: warten. Nach einigen Tagen beim Anbieter nachsehen. Ist sie dort fehlgeschlagen, bezahle den Kunden auf anderem Weg.";
    admin_advice_dispute_open: "Submit evidence at the provider before its deadline, or accept the dispute there. The outcome is booked by itself. Consider a ban of the payer.", "Reiche beim Anbieter vor der Frist Belege ein oder nimm den Streit dort an. Das Ergebnis wird von selbst gebucht. Erwäge, den Zahler zu sperren.";
    admin_advice_dispute_won: "Nothing: the money is back on the accounts that bore it.", "Nichts: Das Geld ist zurück auf den belasteten Konten.";
    admin_advice_dispute_lost: "Nothing: the payer has the money. The house has borne what the sellers' balances did not cover.", "Nichts: Der Zahler hat das Geld. Was die Guthaben der Verkäufer nicht deckten, trug das Haus.";
}
