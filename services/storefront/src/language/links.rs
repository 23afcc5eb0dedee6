//! The words of pages that mailed links lead to, and of the requests for such mails.

use super::Language;

formats::messages! { Language;
    check_mail_title: "Check your mail", "Sieh in dein Postfach";
    check_mail_spam: "No mail after a few minutes? Look in the spam folder, check the address, and send the form again.", "Nach ein paar Minuten noch keine E-Mail? Sieh im Spam-Ordner nach, prüfe die Adresse und sende das Formular noch einmal.";
    other_address: "Enter the address again", "Adresse noch einmal eingeben";
    link_ended_title: "This link has no effect any more", "Dieser Link wirkt nicht mehr";
    link_ended_text: "It was used already, has expired, or was replaced by a later change. Some mail programs also cut long links.", "Er wurde schon benutzt, ist abgelaufen oder wurde durch eine spätere Änderung ersetzt. Manche Mailprogramme schneiden lange Links auch ab.";

    // Sign-up.
    sign_up_mailed: "We have sent a mail to the address that you entered. Its link creates your account and is valid for 24 hours.", "Wir haben eine E-Mail an die angegebene Adresse geschickt. Ihr Link legt dein Konto an und gilt 24 Stunden.";
    confirm_sign_up_title: "One more step", "Noch ein Schritt";
    confirm_sign_up_text: "Enter the password that you chose when you signed up. This protects you if another person signed up with your address.", "Gib das Passwort ein, das du beim Registrieren gewählt hast. Das schützt dich, falls eine andere Person deine Adresse benutzt hat.";
    confirm_sign_up: "Create the account", "Konto anlegen";
    wrong_sign_up_password: "This is not the password of the sign-up.", "Das ist nicht das Passwort der Registrierung.";

    // A forgotten password.
    forgot_password: "Forgot your password?", "Passwort vergessen?";
    forgot_password_title: "Set a new password", "Neues Passwort setzen";
    forgot_password_text: "Enter the e-mail address of your account. We mail you a link.", "Gib die E-Mail-Adresse deines Kontos ein. Wir schicken dir einen Link.";
    send_link: "Send the link", "Link senden";
    reset_mailed: "If this address has an account, a mail is on its way. Its link is valid for 30 minutes.", "Wenn es zu dieser Adresse ein Konto gibt, ist eine E-Mail unterwegs. Ihr Link gilt 30 Minuten.";
    reset_text: "Every session of your account ends, on all devices. Then sign in with the new password.", "Alle Sitzungen deines Kontos enden, auf allen Geräten. Danach meldest du dich mit dem neuen Passwort an.";
    reset_password: "Save the password", "Passwort speichern";
    done_reset: "The password is changed and every session has ended. Sign in with the new password.", "Das Passwort ist geändert, alle Sitzungen sind beendet. Melde dich mit dem neuen Passwort an.";

    // The address of an account.
    confirm_address_title: "Confirm your e-mail address", "E-Mail-Adresse bestätigen";
    confirm_address_text(email): "You are signed in to the account of {email}. With this link its address is confirmed, or replaced by the address to which the link was sent.", "Du bist im Konto von {email} angemeldet. Mit diesem Link wird die Adresse bestätigt oder durch die ersetzt, an die der Link ging.";
    confirm_address: "Confirm the address", "Adresse bestätigen";
    other_account_title: "This link is for another account", "Dieser Link gehört zu einem anderen Konto";
    other_account_text(email): "You are signed in as {email}. Sign out, open the link of the mail again, and sign in to the account that it is for.", "Du bist als {email} angemeldet. Melde dich ab, öffne den Link der E-Mail noch einmal und melde dich in dem Konto an, zu dem er gehört.";
    restore_title: "Undo the change of your address", "Änderung deiner Adresse rückgängig machen";
    restore_text: "The account gets its earlier e-mail address back. Every session ends, the present password no longer works, and we mail you a link to set a new one.", "Das Konto bekommt seine frühere E-Mail-Adresse zurück. Alle Sitzungen enden, das jetzige Passwort gilt nicht mehr, und wir schicken dir einen Link für ein neues.";
    restore_address: "Restore the earlier address", "Frühere Adresse wiederherstellen";
    restored_title: "Your earlier address is restored", "Deine frühere Adresse gilt wieder";
    restored_text: "Every session of the account has ended. A mail to that address is under way: with its link you set a new password.", "Alle Sitzungen des Kontos sind beendet. Eine E-Mail an diese Adresse ist unterwegs: Mit ihrem Link setzt du ein neues Passwort.";

    // Switching mails off.
    unsubscribe_title: "Switch off these mails?", "Diese E-Mails abbestellen?";
    unsubscribe_text: "You will receive no more mails about changes of shows and about your sales. Receipts, refunds and mails about the security of your account are still sent.", "Du bekommst keine E-Mails mehr über geänderte Veranstaltungen und über deine Verkäufe. Belege, Erstattungen und E-Mails zur Sicherheit deines Kontos kommen weiterhin.";
    unsubscribe: "Switch off", "Abbestellen";
    unsubscribed_title: "These mails are switched off", "Diese E-Mails sind abbestellt";
    unsubscribed_text: "In your account you choose which mails you receive.", "In deinem Konto wählst du, welche E-Mails du bekommst.";
    unsubscribe_unknown_title: "This link does not work", "Dieser Link funktioniert nicht";
    unsubscribe_unknown_text: "It may have been cut by the mail program. In your account you choose which mails you receive.", "Vielleicht hat ihn das Mailprogramm abgeschnitten. In deinem Konto wählst du, welche E-Mails du bekommst.";
    mail_settings: "Choose your mails", "E-Mails auswählen";
}
