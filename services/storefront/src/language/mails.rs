//! The words of the account's e-mail address and mails, and of undelivered mails.

use super::Language;

formats::messages! { Language;
    tab_email: "E-mail address", "E-Mail-Adresse";
    tab_mail: "Mails", "E-Mails";

    // An address that is not verified.
    verify_title: "Confirm your e-mail address first.", "Bestätige zuerst deine E-Mail-Adresse.";
    verify_address: "Confirm the e-mail address", "E-Mail-Adresse bestätigen";
    unverified_note: "Your e-mail address is not confirmed yet.", "Deine E-Mail-Adresse ist noch nicht bestätigt.";
    unverified_trade_note: "Confirm your e-mail address to buy and sell tickets.", "Bestätige deine E-Mail-Adresse, um Tickets zu kaufen und zu verkaufen.";

    // The address.
    present_address: "Present address", "Jetzige Adresse";
    address_verified: "confirmed", "bestätigt";
    address_unverified: "not confirmed", "nicht bestätigt";
    address_verified_text: "Receipts and mails about your account go here.", "Hierher kommen Belege und E-Mails zu deinem Konto.";
    address_unverified_text: "We have sent a link to this address. Open it within 24 hours, in a browser in which you are signed in.", "Wir haben einen Link an diese Adresse geschickt. Öffne ihn innerhalb von 24 Stunden, in einem Browser, in dem du angemeldet bist.";
    send_again: "Send the link again", "Link noch einmal senden";
    change_address: "Change the address", "Adresse ändern";
    new_address: "New e-mail address", "Neue E-Mail-Adresse";
    change_address_note: "We mail a link to the new address. Until you open it the present one remains.", "Wir schicken einen Link an die neue Adresse. Bis du ihn öffnest, bleibt die jetzige.";
    done_link_sent: "A mail with a link is on its way. Look in the spam folder, too.", "Eine E-Mail mit einem Link ist unterwegs. Sieh auch im Spam-Ordner nach.";
    done_change_sent: "A mail to the new address is on its way. Its link is valid for 24 hours. Look in the spam folder, too.", "Eine E-Mail an die neue Adresse ist unterwegs. Ihr Link gilt 24 Stunden. Sieh auch im Spam-Ordner nach.";
    done_address_confirmed: "Your e-mail address is confirmed.", "Deine E-Mail-Adresse ist bestätigt.";

    // Mails.
    mails_title: "Which mails you receive", "Welche E-Mails du bekommst";
    mails_text: "Receipts, refunds and mails about the security of your account are always sent.", "Belege, Erstattungen und E-Mails zur Sicherheit deines Kontos kommen immer.";
    mails_refused: "The mail server of your address has refused our mails, so we send none for a month. Is your mailbox full, or the address no longer yours?", "Der Mailserver deiner Adresse hat unsere E-Mails abgewiesen, darum senden wir einen Monat lang keine. Ist dein Postfach voll, oder gehört dir die Adresse nicht mehr?";
    mails_language: "Language of the mails", "Sprache der E-Mails";
    mails_language_sign_up: "As when I signed up", "Wie bei der Registrierung";
    mails_english: "English (Britain)", "Englisch (Großbritannien)";
    mails_american: "English (United States)", "Englisch (USA)";
    mails_german: "German", "Deutsch";
    mails_show_changes: "When a show of mine is postponed, moved or cancelled", "Wenn eine meiner Veranstaltungen verschoben, verlegt oder abgesagt wird";
    mails_sales: "About my sales: the first one, and a summary of each day", "Über meine Verkäufe: den ersten und eine Übersicht jedes Tages";
    mails_save: "Save", "Speichern";
    done_mails: "Saved which mails you receive.", "Gespeichert, welche E-Mails du bekommst.";

    // Administrators.
    admin_mail: "Undelivered mails", "Nicht zugestellte E-Mails";
    admin_mail_text: "Mails that were lost within the last 30 days, newest first. Correct the cause, then send them again. Mails with links are not sent again: their readers request new ones.", "E-Mails der letzten 30 Tage, die verloren gingen, neueste zuerst. Behebe die Ursache und sende sie dann noch einmal. E-Mails mit Links werden nicht noch einmal gesendet: Sie werden neu angefordert.";
    admin_mail_none: "Every mail was delivered.", "Alle E-Mails wurden zugestellt.";
    admin_mail_retry: "Send all again", "Alle noch einmal senden";
    admin_mail_retry_note: "At most 200 at once, also to addresses that were refused.", "Höchstens 200 auf einmal, auch an abgewiesene Adressen.";
    admin_done_retried: "The mails are sent again.", "Die E-Mails werden noch einmal gesendet.";
    admin_mail_no_address: "No confirmed address", "Keine bestätigte Adresse";
    admin_mail_address_refused: "Address refused", "Adresse abgewiesen";
    admin_mail_rejected: "Mail rejected", "E-Mail abgewiesen";
    admin_mail_too_late: "No attempt succeeded", "Kein Versuch gelang";
    admin_mail_other: "Not sent", "Nicht gesendet";
    admin_mail_response: "Reply of the server", "Antwort des Servers";
    admin_mail_attempts: "Attempts", "Versuche";
    admin_mail_fact: "Mail about", "E-Mail über";
}
