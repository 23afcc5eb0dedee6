//! Words of mails about transfers.

use super::Words;

formats::messages! { Words;
    transfer: "Transfer", "Übertragung";
    transferred_units: "Tickets", "Tickets";
    accept_until: "Accept until", "Annehmen bis";
    look_at_tickets: "Look at the tickets", "Tickets ansehen";
    open_transfer: "Open the transfer", "Übertragung öffnen";
    own_tickets: "Your tickets", "Deine Tickets";
    offered_subject(title): "Tickets for you: \"{title}\"", "Tickets für dich: „{title}“";
    offered_heading(tickets): "{tickets} for you", "{tickets} für dich";
    offered_text(host): "A person at {host} wants to send you these tickets. Once you accept, they are yours, and the codes of the sender no longer work.", "Jemand bei {host} möchte dir diese Tickets schicken. Wenn du annimmst, gehören sie dir, und die Codes des Absenders gelten nicht mehr.";
    offered_closing: "You expect no tickets? Then ignore this mail: they stay with the sender.", "Du erwartest keine Tickets? Dann ignoriere diese Mail: Sie bleiben beim Absender.";
    withdrawn_subject(title): "No longer for you: \"{title}\"", "Nicht mehr für dich: „{title}“";
    withdrawn_heading: "The tickets are no longer offered to you", "Die Tickets werden dir nicht mehr angeboten";
    withdrawn_text: "The sender took them back, has used one of them, or the tickets were refunded. There is nothing to do.", "Der Absender hat sie zurückgenommen oder eines davon benutzt, oder sie wurden erstattet. Du musst nichts tun.";
    accepted_subject(title): "Your tickets were accepted: \"{title}\"", "Deine Tickets wurden angenommen: „{title}“";
    accepted_heading(tickets): "{tickets} sent", "{tickets} übertragen";
    accepted_text: "The recipient has accepted. Your codes of these tickets no longer work.", "Der Empfänger hat angenommen. Deine Codes für diese Tickets gelten nicht mehr.";
    declined_subject(title): "Your tickets were declined: \"{title}\"", "Deine Tickets wurden abgelehnt: „{title}“";
    declined_heading: "The recipient declined", "Der Empfänger hat abgelehnt";
    declined_text: "The tickets are still yours, and their codes still work.", "Die Tickets gehören weiter dir, und ihre Codes gelten.";
    expired_subject(title): "Your tickets were not accepted: \"{title}\"", "Deine Tickets wurden nicht angenommen: „{title}“";
    expired_heading: "The recipient did not accept in time", "Der Empfänger hat nicht rechtzeitig angenommen";
    expired_text: "The tickets are still yours. You can send them again.", "Die Tickets gehören weiter dir. Du kannst sie noch einmal verschicken.";
    reason_offered(host): "You receive this mail because tickets were offered to you at {host}.", "Du bekommst diese Mail, weil dir bei {host} Tickets angeboten wurden.";
}
