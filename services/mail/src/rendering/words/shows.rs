//! Words of mails about changes of a show.

use super::Words;

formats::messages! { Words;
    show: "Your show", "Deine Veranstaltung";
    postponed_subject(title): "Postponed: “{title}”", "Verschoben: „{title}“";
    postponed_heading: "Your show is postponed", "Deine Veranstaltung ist verschoben";
    postponed_text: "The show of your order takes place at another time or venue than planned. Your tickets stay valid.", "Die Veranstaltung deiner Bestellung findet zu einer anderen Zeit oder an einem anderen Ort statt als geplant. Deine Tickets bleiben gültig.";
    postponed_stub: "You cannot come?", "Du kannst nicht kommen?";
    postponed_returns(time): "Return your tickets for their full price, until {time}: choose them on the page of the order.", "Gib deine Tickets zum vollen Preis zurück, bis {time}: Wähle sie auf der Seite der Bestellung.";

    cancelled_subject(title): "Cancelled: “{title}”", "Abgesagt: „{title}“";
    cancelled_heading: "Your show is cancelled", "Deine Veranstaltung ist abgesagt";
    cancelled_text: "The show of your order does not take place, and its tickets are no longer valid.", "Die Veranstaltung deiner Bestellung findet nicht statt, und ihre Tickets gelten nicht mehr.";
    cancelled_refund: "If you paid, the whole amount is refunded, and another mail confirms it. There is nothing to do.", "Wenn du bezahlt hast, wird der ganze Betrag erstattet, und eine weitere Mail bestätigt es. Du musst nichts tun.";
    cancelled_when: "Planned for", "Geplant war";

    moved_subject(title): "Changed: “{title}”", "Geändert: „{title}“";
    moved_heading: "Your show has changed", "Deine Veranstaltung hat sich geändert";
    moved_text: "The time or the venue of your order's show has changed. These are in force now, and your tickets stay valid:", "Die Zeit oder der Ort der Veranstaltung deiner Bestellung hat sich geändert. Jetzt gilt das Folgende, und deine Tickets bleiben gültig:";
}
