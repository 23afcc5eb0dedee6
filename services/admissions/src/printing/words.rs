//! The words of documents.

use contract::Language;

/// A language, with the words of documents as methods.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Language);

formats::messages! { Words;
    unit_of(unit, units): "Ticket {unit} of {units}", "Ticket {unit} von {units}";
    doors(time): "doors {time}", "Einlass {time}";
    code: "Code of this ticket", "Code dieses Tickets";
    use_of_code: "Show this code at the door, on this page or on a screen. It admits one person, once.", "Zeige diesen Code am Einlass, auf diesem Blatt oder auf dem Bildschirm. Er lässt eine Person ein, einmal.";
    keep: "Do not pass a copy of it on: the first person who shows it is admitted.", "Gib keine Kopie davon weiter: Wer ihn zuerst zeigt, wird eingelassen.";
    refund: "It is not valid any more after a refund, or after the cancellation of the event.", "Nach einer Erstattung oder der Absage der Veranstaltung gilt er nicht mehr.";
}
