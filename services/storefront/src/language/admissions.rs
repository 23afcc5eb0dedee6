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
    admission_void: "Not valid", "Ungültig";
    admission_document: "Ticket as PDF", "Ticket als PDF";
    admission_documents: "Tickets as PDF, to print", "Tickets als PDF, zum Drucken";
    admission_code: "Code of this ticket", "Code dieses Tickets";
    admission_use: "Show this code at the door, on this screen or on paper. It admits one person, once.", "Zeige diesen Code am Einlass, auf dem Bildschirm oder auf Papier. Er lässt eine Person ein, einmal.";
    admission_keep: "Do not pass a picture of it on: the first person who shows it is admitted.", "Gib kein Bild davon weiter: Wer ihn zuerst zeigt, wird eingelassen.";
    admission_used_text: "Its holder was admitted:", "Der Einlass war:";
    admission_void_text: "It was refunded, or the event was cancelled. It is not valid any more.", "Es wurde erstattet, oder die Veranstaltung wurde abgesagt. Es ist nicht mehr gültig.";
    refused_too_many_pages: "An order of so many tickets has no single PDF. Download the PDF of each ticket.", "Eine Bestellung so vieler Tickets hat kein gemeinsames PDF. Lade das PDF jedes Tickets herunter.";
    refused_not_valid: "This ticket is no longer valid: it was used, refunded, or its event was cancelled.", "Dieses Ticket gilt nicht mehr: Es wurde benutzt oder erstattet, oder die Veranstaltung wurde abgesagt.";
}
