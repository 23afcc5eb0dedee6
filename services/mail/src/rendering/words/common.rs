//! Words of all mails.

use super::Words;

formats::messages! { Words;
    link_below: "If the button does not work, open this address:", "Falls der Knopf nicht geht, öffne diese Adresse:";
    link_valid(time): "The link works once, until {time}.", "Der Link gilt einmal, bis {time}.";
    not_you: "Was that not you?", "Warst du das nicht?";
    free: "Free", "Kostenlos";
    one_ticket: "1 ticket", "1 Ticket";
    many_tickets(count): "{count} tickets", "{count} Tickets";
    one_order: "1 order", "1 Bestellung";
    many_orders(count): "{count} orders", "{count} Bestellungen";
    when: "When", "Wann";
    doors: "Doors", "Einlass";
    place: "Where", "Wo";
    order: "Order", "Bestellung";
    total: "Total", "Summe";
    open_order: "Open the order", "Bestellung öffnen";
    reason_account(host): "You receive this mail because this address belongs to an account at {host}.", "Du bekommst diese Mail, weil diese Adresse zu einem Konto bei {host} gehört.";
    reason_address(host): "You receive this mail because this address was entered at {host}.", "Du bekommst diese Mail, weil diese Adresse bei {host} angegeben wurde.";
    never_asks: "boxoffice never asks for your password by mail or telephone.", "boxoffice fragt nie per Mail oder Telefon nach deinem Passwort.";
    unsubscribe: "Switch off these mails", "Diese Mails abbestellen";
    preferences: "All preferences", "Alle Einstellungen";
}
