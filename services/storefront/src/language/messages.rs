//! The words of the pages.

use super::Language;

formats::messages! { Language;
    // Every page.
    site_about: "Tickets from the people who put on the show, and from fans who cannot come.", "Tickets von denen, die etwas auf die Bühne bringen, und von Fans, die nicht kommen können.";
    skip_to_content: "Skip to content", "Zum Inhalt springen";
    nav_sell: "Sell", "Verkaufen";
    nav_orders: "My orders", "Meine Bestellungen";
    nav_account: "Account", "Konto";
    nav_admin: "Administration", "Verwaltung";
    sign_in: "Sign in", "Anmelden";
    sign_out: "Sign out", "Abmelden";
    sign_up: "Sign up", "Registrieren";
    language: "Language", "Sprache";
    imprint: "Imprint", "Impressum";
    terms: "Terms", "AGB";
    privacy: "Privacy", "Datenschutz";
    next_page: "Next page", "Nächste Seite";
    errors_summary: "Please check what is marked below.", "Bitte prüfe die markierten Angaben.";
    free: "Free", "Kostenlos";
    free_and_more: "Free and up", "Teils kostenlos";
    price_from(price): "from {price}", "ab {price}";
    units_left(units): "{units} left", "noch {units}";
    sold_out: "Sold out", "Ausverkauft";
    cancelled: "Cancelled", "Abgesagt";
    postponed: "Postponed", "Verschoben";
    sales_ended: "Sales have ended", "Verkauf beendet";
    not_on_offer: "Not on offer", "Nicht im Angebot";
    optional: "optional", "optional";

    // The list.
    home_title: "Tonight, and every night after.", "Heute Abend und an jedem danach.";
    home_lead: "Buy from the people who put on the show, or from a fan who cannot come. Never sold twice.", "Kaufe von den Veranstaltern oder von einem Fan, der nicht kommen kann. Nichts wird zweimal verkauft.";
    search: "Search", "Suchen";
    search_hint: "Show, venue or city", "Titel, Ort oder Stadt";
    on_sale_now: "On sale now", "Jetzt im Verkauf";
    search_results(text): "Results for “{text}”", "Treffer für „{text}“";
    date_from: "From", "Von";
    date_to: "To", "Bis";
    sort_by: "Sort by", "Sortieren nach";
    sort_soonest: "Soonest first", "Nächste zuerst";
    sort_newest: "Newest offers first", "Neueste Angebote zuerst";
    sort_cheapest: "Lowest price first", "Günstigste zuerst";
    only_available: "Only what is still available", "Nur was noch verfügbar ist";
    filters: "Date, order, availability", "Datum, Reihenfolge, Verfügbarkeit";
    apply: "Apply", "Anwenden";
    nothing_found: "Nothing found.", "Nichts gefunden.";
    nothing_found_hint: "Try another word, other dates, or show sold-out events too.", "Versuche ein anderes Wort, andere Daten oder zeige auch Ausverkauftes.";
    more_found: "Nothing on this page. Further pages may have more.", "Nichts auf dieser Seite. Weitere Seiten können mehr enthalten.";
    show_everything: "Show everything", "Alles zeigen";
    first_visit_title: "Nothing is on sale yet.", "Noch ist nichts im Verkauf.";
    first_visit_text: "Offer the first ticket: sign up, then sell a show with several price categories, or a single ticket.", "Biete das erste Ticket an: registriere dich und verkaufe eine Veranstaltung mit mehreren Preiskategorien oder ein einzelnes Ticket.";
    first_visit_demo: "To look around first, stop the program and fill an empty data directory with a season:", "Zum Umsehen: beende das Programm und fülle ein leeres Datenverzeichnis mit einer Spielzeit:";
    start_selling: "Start selling", "Mit dem Verkaufen beginnen";

    // Shows and tickets.
    when: "When", "Wann";
    doors(time): "doors {time}", "Einlass {time}";
    place: "Where", "Wo";
    about: "About", "Über";
    tickets: "Tickets", "Tickets";
    quantity_of(title): "Quantity: {title}", "Anzahl: {title}";
    one_less: "One less", "Eines weniger";
    one_more: "One more", "Eines mehr";
    hold: "Hold them for me", "Für mich reservieren";
    hold_note: "Nothing is charged yet. They are yours for a short time to pay, then they go back on sale.", "Noch wird nichts berechnet. Du hast kurz Zeit zum Bezahlen, danach gehen sie zurück in den Verkauf.";
    sign_in_to_buy: "Sign in to buy", "Zum Kaufen anmelden";
    choose_quantity: "Choose at least one ticket.", "Wähle mindestens ein Ticket.";
    show_cancelled_text: "This show does not take place. Paid orders are refunded in full.", "Diese Veranstaltung findet nicht statt. Bezahlte Bestellungen werden voll erstattet.";
    show_postponed_text(date): "This show has a new date. Earlier orders can be returned until {date}.", "Diese Veranstaltung hat einen neuen Termin. Frühere Bestellungen können bis {date} zurückgegeben werden.";
    own_offer: "This is your own offer.", "Das ist dein eigenes Angebot.";
    manage_offer: "Manage it", "Verwalten";
    back_to_list: "All events", "Alle Veranstaltungen";
    total: "Total", "Summe";

    // Reports.
    report_offer: "Report this offer", "Dieses Angebot melden";
    report_why: "What is wrong with it?", "Was stimmt damit nicht?";
    report_fraud: "It is a fraud", "Es ist Betrug";
    report_not_as_described: "It is not what it says", "Es ist nicht, was es behauptet";
    report_illegal: "It is against the law", "Es verstößt gegen das Gesetz";
    report_offensive: "It insults people", "Es beleidigt Menschen";
    report_other: "Something else", "Etwas anderes";
    report_text: "What should we know?", "Was sollten wir wissen?";
    report_send: "Send the report", "Meldung senden";
    reported: "Thank you. The administrators will look at it. The seller does not learn who reported.", "Danke. Die Verwaltung sieht es sich an. Der Verkäufer erfährt nicht, wer gemeldet hat.";

    // Orders.
    orders_title: "My orders", "Meine Bestellungen";
    orders_empty: "You have not ordered anything yet.", "Du hast noch nichts bestellt.";
    see_what_is_on: "See what is on", "Zum Programm";
    order_held: "These are yours for now", "Die gehören erst einmal dir";
    order_held_note_before: "until", "bis";
    order_held_note_after: "After that they go back on sale.", "Danach gehen sie zurück in den Verkauf.";
    card: "Card", "Karte";
    card_failed: "The card form cannot be shown. Please reload the page.", "Das Kartenformular kann nicht angezeigt werden. Bitte lade die Seite neu.";
    card_needs_script: "Paying by card needs JavaScript: the card form comes from Stripe.", "Kartenzahlung braucht JavaScript: Das Kartenformular kommt von Stripe.";
    order_paying: "Your payment is on its way", "Deine Zahlung läuft";
    order_paying_note: "This page shows the result by itself. Nothing is charged twice.", "Diese Seite zeigt das Ergebnis von selbst. Nichts wird doppelt berechnet.";
    order_complete: "They are yours", "Sie gehören dir";
    order_complete_note: "Your order is complete. Keep this page: it is your receipt.", "Deine Bestellung ist abgeschlossen. Diese Seite ist dein Beleg.";
    order_cancelled: "This order was cancelled", "Diese Bestellung wurde storniert";
    payment_declined: "The payment was declined, and nothing was charged. Please choose another card.", "Die Zahlung wurde abgelehnt, nichts wurde berechnet. Bitte wähle eine andere Karte.";
    order_refunded: "This order was refunded", "Diese Bestellung wurde erstattet";
    order_refunded_note: "The whole amount is on its way back, or has arrived. The tickets are no longer valid.", "Der ganze Betrag ist auf dem Rückweg oder schon da. Die Tickets gelten nicht mehr.";
    order_expired: "Time is up", "Die Zeit ist um";
    order_expired_note: "Nothing was charged. The tickets are back on sale.", "Nichts wurde berechnet. Die Tickets sind wieder im Verkauf.";
    order_late_note: "Your payment was not confirmed in time. If it still succeeds, the whole amount is returned.", "Deine Zahlung wurde nicht rechtzeitig bestätigt. Falls sie noch gelingt, wird der ganze Betrag zurückgegeben.";
    order_payment_pending_note: "Your payment has not ended yet. If it succeeds, the whole amount is returned.", "Deine Zahlung ist noch nicht abgeschlossen. Falls sie gelingt, wird der ganze Betrag zurückgegeben.";
    order_voided_note: "Your payment was not confirmed in time. A reserved or charged amount was returned in full. The tickets are back on sale.", "Deine Zahlung wurde nicht rechtzeitig bestätigt. Ein reservierter oder eingezogener Betrag wurde voll zurückgegeben. Die Tickets sind wieder im Verkauf.";
    order_cancelled_note: "Nothing was charged, or it was returned in full.", "Nichts wurde berechnet, oder es wurde voll erstattet.";
    order_again: "Order again", "Noch einmal bestellen";
    order_number: "Order", "Bestellung";
    ordered_at: "Ordered", "Bestellt";
    status_held: "Held", "Reserviert";
    status_paying: "Payment under way", "Zahlung läuft";
    status_refunded: "Refunded", "Erstattet";
    status_complete: "Complete", "Abgeschlossen";
    pay_by: "Pay by", "Zahlen mit";
    pay_amount(amount): "Pay {amount}", "{amount} zahlen";
    test_card_note: "No real money: this box office has a built-in test provider.", "Kein echtes Geld: Diese Kasse hat einen eingebauten Test-Anbieter.";
    card_visa: "Test card that pays", "Testkarte, die zahlt";
    card_declined: "Test card that is declined", "Testkarte, die abgelehnt wird";
    card_insufficient: "Test card without funds", "Testkarte ohne Deckung";
    card_authentication: "Test card that asks its bank", "Testkarte, die bei der Bank fragt";
    card_slow: "Test card that takes seconds", "Testkarte, die Sekunden braucht";
    pay_with_credit(balance): "Credit ({balance} available)", "Guthaben ({balance} verfügbar)";
    cancel_order: "Cancel the order", "Bestellung stornieren";
    confirm_at_bank: "Confirm at your bank", "Bei deiner Bank bestätigen";
    confirm_at_bank_note: "Your bank asks you to confirm this payment. You come back here afterwards.", "Deine Bank bittet dich, die Zahlung zu bestätigen. Danach kommst du hierher zurück.";
    confirm_at_bank_here: "Your bank asks you to confirm this payment. Its page appears here.", "Deine Bank bittet dich, die Zahlung zu bestätigen. Ihre Seite erscheint hier.";
    refunds: "Refunds", "Erstattungen";
    refunded_to_card(amount): "{amount} to the card", "{amount} auf die Karte";
    refunded_to_credit(amount): "{amount} as credit", "{amount} als Guthaben";
    refund_came_back(amount): "{amount} was rejected by the bank and came back", "{amount} wurde von der Bank abgewiesen und kam zurück";
    returned_units(units): "{units} returned", "{units} zurückgegeben";
    timeline: "What happened", "Verlauf";

    // Sessions.
    email: "E-mail address", "E-Mail-Adresse";
    password: "Password", "Passwort";
    password_hint: "At least 8 characters; a few words are easiest to keep in mind.", "Mindestens 8 Zeichen; ein paar Wörter merken sich am leichtesten.";
    sign_in_title: "Welcome back", "Willkommen zurück";
    sign_up_title: "Create your account", "Konto anlegen";
    no_account: "New here?", "Neu hier?";
    have_account: "You have an account?", "Du hast schon ein Konto?";
    wrong_credentials: "The e-mail address or the password is wrong.", "Die E-Mail-Adresse oder das Passwort ist falsch.";

    // Errors.
    not_found_title: "This page does not exist.", "Diese Seite gibt es nicht.";
    not_found_text: "The link may be old, or the offer was removed.", "Der Link ist vielleicht alt, oder das Angebot wurde entfernt.";
    forbidden_title: "You have no access to this page.", "Kein Zugriff auf diese Seite.";
    forbidden_text: "Sign in with the account that it belongs to.", "Melde dich mit dem Konto an, zu dem sie gehört.";
    conflict_title: "That is not possible at present.", "Das geht im Augenblick nicht.";
    too_many_title: "Too many requests.", "Zu viele Anfragen.";
    too_many_text(seconds): "Please wait {seconds} seconds, then try again.", "Bitte warte {seconds} Sekunden und versuche es noch einmal.";
    outcome_unknown: "It is not known yet whether that worked. Send it again as it is: it takes effect once only.", "Es ist noch nicht bekannt, ob das geklappt hat. Sende es unverändert noch einmal: Es wirkt nur einmal.";
    outcome_unknown_look: "It is not known whether that worked. Please look before you repeat it.", "Es ist nicht bekannt, ob das geklappt hat. Bitte sieh nach, bevor du es wiederholst.";
    unavailable_title: "This part of the box office is closed for a moment.", "Dieser Teil der Kasse ist kurz geschlossen.";
    unavailable_text: "Nothing is lost. Please try again in a few seconds.", "Nichts ist verloren. Bitte versuche es in ein paar Sekunden noch einmal.";
    invalid_title: "The request is not valid.", "Die Anfrage ist ungültig.";
    internal_title: "Something went wrong on our side.", "Bei uns ist etwas schiefgegangen.";
    request_id: "Request", "Anfrage";
    try_again: "Try again", "Noch einmal versuchen";
}

impl Language {
    /// The reasons of a report, with their words.
    pub(crate) fn report_reasons(self) -> [(&'static str, &'static str); 5] {
        [
            ("fraud", self.report_fraud()),
            ("not_as_described", self.report_not_as_described()),
            ("illegal", self.report_illegal()),
            ("offensive", self.report_offensive()),
            ("other", self.report_other()),
        ]
    }
}
