//! The words of the account's pages, and of refunds and steps of an order.

use super::Language;

formats::messages! { Language;
    // The account.
    account_of(email): "Signed in as {email}", "Angemeldet als {email}";
    tab_credit: "Credit", "Guthaben";
    tab_security: "Security", "Sicherheit";
    tab_data: "Your data", "Deine Daten";
    done_topped_up: "The amount is on your account.", "Der Betrag ist auf deinem Konto.";
    done_password: "The password is changed. Every other session has ended.", "Das Passwort ist geändert. Alle anderen Sitzungen sind beendet.";
    done_session: "The session has ended.", "Die Sitzung ist beendet.";

    // Credit.
    balance_in(currency): "Balance in {currency}", "Stand in {currency}";
    no_credit: "There is no credit on this account yet.", "Auf diesem Konto ist noch kein Guthaben.";
    credit_note: "Credit buys tickets here. It cannot be paid out yet.", "Mit Guthaben kaufst du hier Tickets. Eine Auszahlung ist noch nicht möglich.";
    entries: "Entries", "Buchungen";
    entries_in(currency): "Entries in {currency}", "Buchungen in {currency}";
    entries_all: "All currencies", "Alle Währungen";
    no_entries: "Nothing has been booked.", "Es wurde noch nichts gebucht.";
    balance_after(amount): "balance {amount}", "Stand {amount}";
    entry_top_up: "Added by card", "Per Karte aufgeladen";
    entry_order: "Order", "Bestellung";
    entry_hold: "Payment of an order", "Zahlung einer Bestellung";
    entry_release: "Payment released, the order was not completed", "Zahlung freigegeben, die Bestellung kam nicht zustande";
    entry_sale: "Sale", "Verkauf";
    entry_stray_capture: "Payment that no order accepted; it returns to the card", "Zahlung ohne Bestellung; sie geht zurück auf die Karte";
    entry_dispute_opened: "A payment is disputed; the amount is withheld", "Eine Zahlung wird bestritten; der Betrag ist einbehalten";
    entry_dispute_won: "The dispute was won; the amount is back", "Der Zahlungsstreit ist gewonnen; der Betrag ist zurück";
    entry_dispute_lost: "The dispute was lost", "Der Zahlungsstreit ist verloren";
    entry_refund: "Refund", "Erstattung";
    entry_refund_given: "Refund to a buyer", "Erstattung an einen Käufer";
    entry_refund_paid: "The refund has arrived", "Die Erstattung ist angekommen";
    entry_refund_failed: "A refund failed; the amount is back", "Eine Erstattung schlug fehl; der Betrag ist zurück";
    entry_refund_credited: "Credit in place of a refund to the card", "Guthaben statt einer Erstattung auf die Karte";
    entry_other: "Booking", "Buchung";

    // Top-up.
    top_up: "Add credit", "Guthaben aufladen";
    top_up_amount: "Amount", "Betrag";
    top_up_amount_hint: "For example 25 or 25.50", "Zum Beispiel 25 oder 25,50";
    top_up_currency: "Currency", "Währung";
    top_up_card: "Card", "Karte";
    charge_card: "Charge the card", "Karte belasten";
    top_up_waiting_title: "Your payment is under way", "Deine Zahlung läuft";
    top_up_waiting_text: "The result is not known yet. The card is charged once at most.", "Das Ergebnis ist noch nicht bekannt. Die Karte wird höchstens einmal belastet.";
    top_up_failed_title: "The card was not charged", "Die Karte wurde nicht belastet";
    top_up_failed_text: "The payment was declined or not completed. Try another card.", "Die Zahlung wurde abgelehnt oder nicht abgeschlossen. Versuche eine andere Karte.";
    look_again: "Look again", "Erneut nachsehen";
    back_to_account: "Back to the account", "Zurück zum Konto";

    // Password and sessions.
    change_password: "Change the password", "Passwort ändern";
    current_password: "Current password", "Aktuelles Passwort";
    new_password: "New password", "Neues Passwort";
    change_password_note: "Every other session ends. This browser stays signed in.", "Alle anderen Sitzungen enden. Dieser Browser bleibt angemeldet.";
    sessions: "Sessions", "Sitzungen";
    sessions_note: "Browsers and programs that are signed in to your account.", "Browser und Programme, die in deinem Konto angemeldet sind.";
    session_now: "This browser", "Dieser Browser";
    session_times(first, last): "since {first}, last seen {last}", "seit {first}, zuletzt {last}";
    end_session: "End", "Beenden";
    end_session_of(device): "End the session: {device}", "Sitzung beenden: {device}";
    sign_out_everywhere: "Sign out everywhere", "Überall abmelden";
    sign_out_everywhere_note: "Ends every session, this one too. Use it if a device was lost, and change the password afterwards.", "Beendet jede Sitzung, auch diese. Nutze es, wenn ein Gerät verloren ging, und ändere danach das Passwort.";

    // Data.
    download_title: "Download your data", "Deine Daten herunterladen";
    download_text: "One file (JSON) with what every part of this box office has stored about you: account, sessions, orders, payments and offers.", "Eine Datei (JSON) mit allem, was die Teile dieser Kasse über dich gespeichert haben: Konto, Sitzungen, Bestellungen, Zahlungen und Angebote.";
    data_download: "Download", "Herunterladen";
    download_pending: "The file is being prepared. Try again in a few seconds.", "Die Datei wird vorbereitet. Versuche es in ein paar Sekunden noch einmal.";
    erase_title: "Delete the account", "Konto löschen";
    erase_text: "The deletion is permanent. Your e-mail address, password and sessions are deleted, and your offers are withdrawn. Orders, payments and bookings stay, under an id without your name.", "Das Löschen ist endgültig. E-Mail-Adresse, Passwort und Sitzungen werden gelöscht, deine Angebote zurückgezogen. Bestellungen, Zahlungen und Buchungen bleiben unter einer Kennung ohne deinen Namen erhalten.";
    erase_codes: "Tickets that you have bought can no longer be shown or returned.", "Gekaufte Tickets kannst du danach weder zeigen noch zurückgeben.";
    erase_confirm: "I understand that this cannot be undone", "Mir ist klar, dass sich das nicht rückgängig machen lässt";
    erase_forfeit: "I give up the credit on this account", "Ich verzichte auf das Guthaben dieses Kontos";
    erase_not_yet: "The account cannot be deleted yet:", "Das Konto kann noch nicht gelöscht werden:";
    erase_late: "Part of the box office did not respond in time. Send the form again to learn whether the account is deleted.", "Ein Teil der Kasse hat nicht rechtzeitig geantwortet. Sende das Formular noch einmal, um zu erfahren, ob das Konto gelöscht ist.";
    obstacle_orders: "An order is not paid. Pay it, cancel it, or wait until it expires.", "Eine Bestellung ist nicht bezahlt. Bezahle oder storniere sie, oder warte, bis sie verfällt.";
    obstacle_payments: "A payment, a refund or a dispute has not ended. It ends by itself; try again later.", "Eine Zahlung, eine Erstattung oder ein Zahlungsstreit läuft noch. Versuche es nach dem Ende noch einmal.";
    obstacle_sales: "Tickets that you have sold are still to be honoured, or are held by a buyer. Let the show take place, or cancel it.", "Verkaufte Tickets sind noch einzulösen oder gerade reserviert. Führe die Veranstaltung durch oder sage sie ab.";
    obstacle_credit: "There is credit on the account. Spend it, or give it up with the box below.", "Auf dem Konto ist Guthaben. Gib es aus oder verzichte unten darauf.";
    erased_title: "Your account is deleted", "Dein Konto ist gelöscht";
    erased_text: "You are signed out. The other parts of the box office delete your data within moments.", "Du bist abgemeldet. Die übrigen Teile der Kasse löschen deine Daten in den nächsten Augenblicken.";
    confirm_needed: "Check the box to confirm.", "Setze zur Bestätigung das Häkchen.";

    // Refunds of an order.
    order_payments: "Payments", "Zahlungen";
    paid_started: "Under way", "Läuft";
    paid_requires_action: "Waits for your confirmation", "Wartet auf deine Bestätigung";
    paid_authorized: "Reserved", "Reserviert";
    paid_captured: "Paid", "Bezahlt";
    paid_voided: "Not charged", "Nicht berechnet";
    paid_declined: "Declined", "Abgelehnt";
    refund_under_way(amount): "{amount} is on its way back", "{amount} ist auf dem Rückweg";
    refund_failed(amount): "{amount} could not be returned to the card", "{amount} konnte nicht auf die Karte erstattet werden";
    order_of_cancelled_show: "The show was cancelled", "Die Veranstaltung wurde abgesagt";
    return_title: "The show was postponed", "Die Veranstaltung wurde verschoben";
    show_moved(when): "New date: {when}", "Neuer Termin: {when}";
    show_moved_to(venue): "New place: {venue}", "Neuer Ort: {venue}";
    return_open: "Return tickets", "Tickets zurückgeben";
    return_text(date): "Your tickets stay valid. If it does not suit you, return them for their price until {date}.", "Deine Tickets bleiben gültig. Wenn es dir nicht passt, gib sie bis {date} zu ihrem Preis zurück.";
    return_again: "A refund failed. You can ask for it once more.", "Eine Erstattung schlug fehl. Du kannst sie noch einmal anfordern.";
    return_to: "The money goes to", "Das Geld geht";
    return_to_card: "the card that paid", "auf die Karte, mit der bezahlt wurde";
    return_to_credit: "credit on my account, at once", "als Guthaben auf mein Konto, sofort";
    return_note: "Returned tickets go back on sale. This cannot be undone.", "Zurückgegebene Tickets gehen zurück in den Verkauf. Das lässt sich nicht rückgängig machen.";
    return_units: "Return these tickets", "Diese Tickets zurückgeben";
    return_of(title): "Units to return: {title}", "Zurückzugebende Anzahl: {title}";
    return_nothing: "Choose at least one ticket.", "Wähle mindestens ein Ticket.";
    done_returned: "Returned. The refund is listed with the order.", "Zurückgegeben. Die Erstattung steht bei der Bestellung.";
    consent_title: "Agree on another refund with the seller", "Andere Erstattung mit dem Verkäufer vereinbaren";
    consent_text: "A seller refunds to the card, and takes units back only for their full price. If you have agreed something else with the seller, allow it here. The seller's next refund uses it up.", "Ein Verkäufer erstattet auf die Karte und nimmt Tickets nur zum vollen Preis zurück. Habt ihr etwas anderes vereinbart, erlaube es hier. Die nächste Erstattung verbraucht die Erlaubnis.";
    consent_credit: "The refund may be credit instead of money on the card", "Die Erstattung darf Guthaben statt Geld auf die Karte sein";
    consent_returns: "Units that the seller may take back for less than their price, or for nothing", "Anzahl, die der Verkäufer unter Preis oder ohne Geld zurücknehmen darf";
    consent_save: "Save what is allowed", "Erlaubnis speichern";
    consent_given: "The seller may use what is set here.", "Der Verkäufer darf nutzen, was hier eingestellt ist.";
    done_consent: "Saved what the seller may do.", "Gespeichert, was der Verkäufer darf.";

    // Steps of an order.
    step_created: "Placed; the tickets were held", "Aufgegeben; die Tickets wurden reserviert";
    step_payment_started: "A payment began", "Eine Zahlung begann";
    step_payment_declined: "The payment was declined or not confirmed", "Die Zahlung wurde abgelehnt oder nicht bestätigt";
    step_completed: "Completed; the tickets are yours", "Abgeschlossen; die Tickets gehören dir";
    step_payment_captured: "The money was charged", "Das Geld wurde eingezogen";
    step_cancelled: "Cancelled by you; the tickets went back on sale", "Von dir storniert; die Tickets gingen zurück in den Verkauf";
    step_expired: "The time to pay was over; the tickets went back on sale", "Die Zeit zum Bezahlen war um; die Tickets gingen zurück in den Verkauf";
    step_show_cancelled: "The show was cancelled", "Die Veranstaltung wurde abgesagt";
    step_payment_voided: "The reserved money was released", "Das reservierte Geld wurde freigegeben";
    step_units_returned: "Units were refunded and went back on sale", "Tickets wurden erstattet und gingen zurück in den Verkauf";
}
