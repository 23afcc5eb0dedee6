//! The words of the door, where codes are checked.

use super::Language;

formats::messages! { Language;
    door: "Door", "Einlass";
    check_at_door: "Check tickets", "Tickets prüfen";
    door_note: "Scan the code of a ticket. A scanner that sends Enter checks it at once.", "Scanne den Code eines Tickets. Ein Scanner, der Enter sendet, prüft ihn sofort.";
    back_to_offer: "Back to the offer", "Zurück zum Angebot";
    door_code: "Code", "Code";
    door_check: "Check", "Prüfen";
    door_check_again: "Check this code again", "Diesen Code noch einmal prüfen";
    door_admitted: "Admit", "Einlassen";
    door_admitted_text: "The ticket is valid, and is used now.", "Das Ticket ist gültig und ist jetzt benutzt.";
    door_already_used: "Already used", "Schon benutzt";
    door_already_used_text: "The ticket was used before.", "Das Ticket wurde vorher benutzt.";
    door_listed: "For sale", "Zu verkaufen";
    door_listed_text: "Its holder offers it for resale, and has to end the sale first.", "Es wird gerade weiterverkauft; der Verkauf muss zuerst beendet werden.";
    door_void: "Not valid", "Ungültig";
    door_void_text: "The ticket was refunded, or its event was cancelled.", "Das Ticket wurde erstattet, oder die Veranstaltung wurde abgesagt.";
    door_superseded: "Old code", "Alter Code";
    door_superseded_text: "A newer code has replaced this one. The visitor opens the ticket again and shows the new code.", "Ein neuer Code hat diesen ersetzt. Der Gast öffnet das Ticket noch einmal und zeigt den neuen Code.";
    door_wrong_ticket: "Another event", "Andere Veranstaltung";
    door_wrong_ticket_text: "The ticket is for another event or another entrance.", "Das Ticket ist für eine andere Veranstaltung oder einen anderen Eingang.";
    door_expired_code: "Code expired", "Code abgelaufen";
    door_expired_code_text: "The code is too old. The visitor opens the ticket again and shows the new code.", "Der Code ist zu alt. Der Gast öffnet das Ticket noch einmal und zeigt den neuen Code.";
    door_forged: "No ticket", "Kein Ticket";
    door_forged_text: "This code was not issued here, or was not read completely.", "Dieser Code wurde nicht hier ausgestellt oder nicht vollständig gelesen.";
    door_not_checked: "Not checked", "Nicht geprüft";
    door_not_checked_text: "There was no response in time. Check the code again: it counts once only.", "Es kam nicht rechtzeitig eine Antwort. Prüfe den Code noch einmal: Er zählt nur einmal.";
    door_unknown: "This event is not known at the door yet. Try again in a minute.", "Diese Veranstaltung ist am Einlass noch nicht bekannt. Versuche es in einer Minute noch einmal.";
    door_forbidden: "Only the seller of this event checks its tickets.", "Nur wer diese Veranstaltung verkauft, prüft ihre Tickets.";
}
