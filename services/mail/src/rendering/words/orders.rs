//! Words of receipts and refunds.

use super::Words;

formats::messages! { Words;
    receipt: "Receipt", "Beleg";
    receipt_subject_one(title): "Your ticket: {title}", "Dein Ticket: {title}";
    receipt_subject_many(title): "Your tickets: {title}", "Deine Tickets: {title}";
    receipt_heading_one: "It is yours", "Es gehört dir";
    receipt_heading_many: "They are yours", "Sie gehören dir";
    receipt_text: "Your order is complete. This mail is your receipt.", "Deine Bestellung ist abgeschlossen. Diese Mail ist dein Beleg.";
    receipt_text_with_calendar: "Your order is complete. This mail is your receipt, and the attached file adds the date to your calendar.", "Deine Bestellung ist abgeschlossen. Diese Mail ist dein Beleg, und die angehängte Datei trägt den Termin in deinen Kalender ein.";
    receipt_stub: "Your tickets, changes of the show and refunds are on the page of the order.", "Deine Tickets, Änderungen der Veranstaltung und Erstattungen findest du auf der Seite der Bestellung.";
    ordered: "Ordered", "Bestellt";

    refund: "Refund", "Erstattung";
    refund_subject(amount): "Refund of {amount}", "Erstattung von {amount}";
    refund_to_card(amount): "{amount} goes back to the card that paid for your order. Banks need some days to show the amount, usually 5 to 10. There is nothing to do.", "{amount} gehen zurück auf die Karte, mit der du die Bestellung bezahlt hast. Banken brauchen einige Tage, bis sie den Betrag zeigen, meist 5 bis 10. Du musst nichts tun.";
    refund_to_credit(amount): "{amount} was added to your credit, which pays for tickets at once. There is nothing to do.", "{amount} wurden deinem Guthaben gutgeschrieben, mit dem du sofort Tickets bezahlen kannst. Du musst nichts tun.";
    refund_amount: "Amount", "Betrag";
    refund_to: "To", "Auf";
    refund_card: "Card of the payment", "Karte der Zahlung";
    refund_credit: "Credit", "Guthaben";
    came_back_subject(amount): "Your refund of {amount} came back", "Deine Erstattung von {amount} kam zurück";
    came_back_heading: "Your refund came back", "Deine Erstattung kam zurück";
    came_back_text(amount): "Your bank returned the refund of {amount}. The amount is still yours: our support will contact you and send it another way. There is nothing to do until then.", "Deine Bank hat die Erstattung von {amount} zurückgegeben. Der Betrag gehört weiterhin dir: Unser Support meldet sich bei dir und schickt ihn auf anderem Weg. Bis dahin musst du nichts tun.";
}
