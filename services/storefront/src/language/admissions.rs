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
    admission_code: "Code of this ticket", "Code dieses Tickets";
    admission_use: "Show this code at the door, on this screen or on paper. It admits one person, once.", "Zeige diesen Code am Einlass, auf dem Bildschirm oder auf Papier. Er lässt eine Person ein, einmal.";
    admission_keep: "Do not pass a picture of it on: the first person who shows it is admitted.", "Gib kein Bild davon weiter: Wer ihn zuerst zeigt, wird eingelassen.";
    admission_used_text: "Its holder was admitted:", "Der Einlass war:";
    admission_void_text: "It was refunded, or the event was cancelled. It is not valid any more.", "Es wurde erstattet, oder die Veranstaltung wurde abgesagt. Es ist nicht mehr gültig.";
    device_here: "Show on this phone", "Auf diesem Telefon zeigen";
    device_here_instead: "Show on this phone instead", "Stattdessen auf diesem Telefon zeigen";
    device_hint: "The code then changes every 15 seconds, also without a network, and a picture of it admits no person. Codes shown or printed before are no longer valid.", "Der Code wechselt dann alle 15 Sekunden, auch ohne Netz, und ein Bild davon lässt niemanden ein. Vorher gezeigte oder gedruckte Codes gelten nicht mehr.";
    device_renews: "Show this screen at the door. The code changes every 15 seconds, also without a network.", "Zeige diesen Bildschirm am Einlass. Der Code wechselt alle 15 Sekunden, auch ohne Netz.";
    device_elsewhere: "Another phone shows the code of this ticket.", "Ein anderes Telefon zeigt den Code dieses Tickets.";
    device_only_text: "The seller allows codes on a phone only, none on paper. Open this page on the phone that comes to the door.", "Der Verkäufer erlaubt Codes nur auf dem Telefon, keine auf Papier. Öffne diese Seite auf dem Telefon, das mit zum Einlass kommt.";
    device_only_offer: "Ticket on a phone only, none on paper.", "Ticket nur auf dem Telefon, keines auf Papier.";
    device_needs_script: "A code on a phone needs a browser with JavaScript.", "Ein Code auf dem Telefon braucht einen Browser mit JavaScript.";
    device_print_instead: "Print instead", "Stattdessen ausdrucken";
    device_unsupported: "This browser cannot keep the key of a code. Update it, or use another one.", "Dieser Browser kann den Schlüssel eines Codes nicht aufbewahren. Aktualisiere ihn oder nimm einen anderen.";
    device_failed: "That did not work. Check the network, and try again.", "Das hat nicht geklappt. Prüfe das Netz und versuche es noch einmal.";
    refused_device_only: "The seller allows codes on a phone only, none on paper.", "Der Verkäufer erlaubt Codes nur auf dem Telefon, keine auf Papier.";
    refused_held_by_device: "A phone shows the code of this ticket.", "Ein Telefon zeigt den Code dieses Tickets.";
    refused_not_valid: "This ticket is no longer valid: it was used, refunded, or its event was cancelled.", "Dieses Ticket gilt nicht mehr: Es wurde benutzt oder erstattet, oder die Veranstaltung wurde abgesagt.";
}
