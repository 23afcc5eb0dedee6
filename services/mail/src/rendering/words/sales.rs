//! Words of mails about sales.

use super::Words;

formats::messages! { Words;
    sales: "Sales", "Verkäufe";
    first_sale_subject(title): "Your first sale: {title}", "Dein erster Verkauf: {title}";
    first_sale_heading: "Your first sale", "Dein erster Verkauf";
    first_sale_text: "Congratulations: your first order is complete.", "Glückwunsch: Deine erste Bestellung ist abgeschlossen.";
    sold_at: "Sold", "Verkauft";
    daily_subject(day): "Sales of {day}", "Verkäufe vom {day}";
    daily_heading(tickets): "{tickets} sold", "{tickets} verkauft";
    daily_text(day, tickets, orders): "On {day} (UTC) you sold {tickets} in {orders}.", "Am {day} (UTC) hast du {tickets} in {orders} verkauft.";
    daily_further: "Further titles", "Weitere Titel";
    open_sales: "Open your sales", "Verkäufe öffnen";
}
