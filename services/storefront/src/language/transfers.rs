//! The words of transfers.

use super::Language;

formats::messages! { Language;
    transfer_send: "Send to a friend", "An jemanden schicken";
    transfer_new_title: "Send tickets", "Tickets verschicken";
    transfer_new_text: "The recipient gets a mail with a link and has seven days to accept. Until then the tickets are yours; afterwards your codes no longer work.", "Die Empfängerin oder der Empfänger bekommt eine E-Mail mit einem Link und hat sieben Tage Zeit. Bis dahin gehören die Tickets dir; danach gelten deine Codes nicht mehr.";
    transfer_choose: "Which tickets?", "Welche Tickets?";
    transfer_email: "E-mail address of the recipient", "E-Mail-Adresse für den Empfang";
    transfer_email_hint: "Check the address: any reader of its mail can accept the tickets.", "Prüfe die Adresse: Wer ihre E-Mails liest, kann die Tickets annehmen.";
    transfer_none: "None of these tickets can be sent at the moment.", "Von diesen Tickets lässt sich gerade keines verschicken.";
    transfer_choose_one: "Choose at least one ticket.", "Wähle mindestens ein Ticket.";
    transfers_title: "Sent and received tickets", "Verschickte und erhaltene Tickets";
    transfers_received: "Offered to you", "Dir angeboten";
    transfers_sent: "Sent by you", "Von dir verschickt";
    transfers_none: "None yet.", "Noch keine.";
    transfer_title: "Transfer of tickets", "Übertragung von Tickets";
    transfer_units(units): "Number of tickets: {units}", "Anzahl der Tickets: {units}";
    transfer_to(address): "Offered to {address}", "Angeboten an {address}";
    transfer_until: "To be accepted until", "Anzunehmen bis";
    transfer_ended_at: "Ended", "Beendet";
    transfer_offered: "Open", "Offen";
    transfer_accepted: "Accepted", "Angenommen";
    transfer_declined: "Declined", "Abgelehnt";
    transfer_cancelled: "Taken back", "Zurückgenommen";
    transfer_expired: "Expired", "Abgelaufen";
    transfer_accept: "Accept the tickets", "Tickets annehmen";
    transfer_accept_text: "The tickets are yours once you accept, and the codes of the sender no longer work.", "Wenn du annimmst, gehören die Tickets dir, und die Codes der anderen Person gelten nicht mehr.";
    transfer_decline: "Decline", "Ablehnen";
    transfer_cancel: "Take the tickets back", "Tickets zurücknehmen";
    transfer_is_open: "These tickets are offered to another person.", "Diese Tickets sind jemand anderem angeboten.";
    transfer_link_title: "Tickets for you", "Tickets für dich";
    transfer_link_text: "You are signed in. Open the transfer to see the tickets; then you accept or decline them for this account.", "Du bist angemeldet. Öffne die Übertragung, um die Tickets zu sehen; dann nimmst du sie für dieses Konto an oder lehnst sie ab.";
    transfer_link_open: "Look at the tickets", "Tickets ansehen";
    refused_transfer_ended: "This offer has ended: it was accepted, declined or taken back, or it is too late.", "Dieses Angebot ist beendet: Es wurde angenommen, abgelehnt oder zurückgenommen, oder es ist zu spät.";
    refused_being_transferred: "One of these tickets is offered to another person already.", "Eines dieser Tickets ist schon jemand anderem angeboten.";
    refused_not_enough: "You do not have so many tickets to send.", "So viele Tickets hast du nicht zu verschicken.";
    refused_same_user: "These are your own tickets.", "Das sind deine eigenen Tickets.";
}
