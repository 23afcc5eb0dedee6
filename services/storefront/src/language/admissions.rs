//! The words of admissions, for their holders.

use super::Language;

formats::messages! { Language;
    nav_admissions: "My tickets", "Meine Tickets";
    admissions_title: "My tickets", "Meine Tickets";
    admissions_of_order: "Tickets of one order", "Tickets einer Bestellung";
    admissions_empty: "You have no tickets yet. Tickets appear here as soon as an order is paid.", "Du hast noch keine Tickets. Tickets erscheinen hier, sobald eine Bestellung bezahlt ist.";
    order_admissions: "Your tickets", "Deine Tickets";
    all_admissions: "All tickets of this order", "Alle Tickets dieser Bestellung";
    admissions_issuing: "Your tickets are being issued. They appear here in a moment.", "Deine Tickets werden ausgestellt. Sie erscheinen hier gleich.";
    admissions_unavailable: "Your tickets cannot be shown at the moment. Load this page again.", "Deine Tickets lassen sich gerade nicht anzeigen. Lade diese Seite neu.";
    unit_of(unit, units): "Ticket {unit} of {units}", "Ticket {unit} von {units}";
    admission_valid: "Valid", "Gültig";
    admission_used: "Used", "Benutzt";
    admission_listed: "For sale", "Zu verkaufen";
    admission_listed_text: "It is offered for resale and admits no person. End the sale to use it.", "Es wird zum Verkauf angeboten und lässt niemanden ein. Beende den Verkauf, um es zu benutzen.";
    resale_link: "Sell this ticket", "Dieses Ticket verkaufen";
    resale_manage: "The sale of this ticket", "Der Verkauf dieses Tickets";
    resale_title: "Sell this ticket", "Dieses Ticket verkaufen";
    resale_text: "It goes on sale like any other ticket. Until it is sold or you end the sale it admits no person. The buyer receives a new code, yours is void then, and your account is credited with the price.", "Es wird wie jedes andere Ticket verkauft. Bis es verkauft ist oder du den Verkauf beendest, lässt es niemanden ein. Wer es kauft, erhält einen neuen Code, deiner wird ungültig, und deinem Konto wird der Preis gutgeschrieben.";
    resale_price: "Price", "Preis";
    resale_paid(paid): "It was first sold for {paid}.", "Es wurde zuerst für {paid} verkauft.";
    resale_sell: "Offer for sale", "Zum Verkauf anbieten";
    resale_see: "See the offer", "Angebot ansehen";
    resale_listed_text: "It is on sale. You can end the sale unless a purchase is under way.", "Es wird verkauft. Du kannst den Verkauf beenden, solange kein Kauf läuft.";
    resale_end: "End the sale", "Verkauf beenden";
    resale_ending: "The sale ends. A purchase that is under way may still complete.", "Der Verkauf wird beendet. Ein laufender Kauf kann noch abgeschlossen werden.";
    resale_not_valid: "It cannot be sold: it was used, refunded, or its event was cancelled.", "Es lässt sich nicht verkaufen: Es wurde benutzt oder erstattet, oder die Veranstaltung wurde abgesagt.";
    resale_of: "Resale: this ticket was bought before. It is as valid as a new one.", "Wiederverkauf: Dieses Ticket wurde schon einmal gekauft. Es gilt wie ein neues.";
    refused_above_cap: "The price is higher than the seller of the event allows for a resale.", "Der Preis ist höher, als es für einen Wiederverkauf erlaubt ist.";
    refused_show_started: "The event has begun.", "Die Veranstaltung hat begonnen.";
    refused_not_listed: "It is not for sale any more.", "Es wird nicht mehr verkauft.";
    refused_resale_limit: "It was sold again too often.", "Es wurde zu oft wieder verkauft.";
    admission_void: "Not valid", "Ungültig";
    admission_code: "Code of this ticket", "Code dieses Tickets";
    admission_use: "Show this code at the door, on this screen or on paper. It admits one person, once.", "Zeige diesen Code am Einlass, auf dem Bildschirm oder auf Papier. Er lässt eine Person ein, einmal.";
    admission_keep: "Do not pass a picture of it on: the first person who shows it is admitted.", "Gib kein Bild davon weiter: Wer ihn zuerst zeigt, wird eingelassen.";
    admission_used_text: "Its holder was admitted:", "Der Einlass war:";
    admission_void_text: "It was refunded, or the event was cancelled. It is not valid any more.", "Es wurde erstattet, oder die Veranstaltung wurde abgesagt. Es ist nicht mehr gültig.";
    refused_not_valid: "This ticket is no longer valid: it was used, refunded, or its event was cancelled.", "Dieses Ticket gilt nicht mehr: Es wurde benutzt oder erstattet, oder die Veranstaltung wurde abgesagt.";
}
