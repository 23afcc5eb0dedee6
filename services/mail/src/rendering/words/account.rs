//! Words of mails about an account.

use super::Words;

formats::messages! { Words;
    account: "Account", "Konto";
    security: "Security", "Sicherheit";

    sign_up_subject: "Confirm your e-mail address", "Bestätige deine E-Mail-Adresse";
    sign_up_heading: "One more step to your account", "Noch ein Schritt zu deinem Konto";
    sign_up_text(host, time): "A person signed up with this address at {host} on {time}. Confirm that the address is yours to complete your account.", "Am {time} hat sich jemand mit dieser Adresse bei {host} registriert. Bestätige, dass die Adresse dir gehört, dann ist dein Konto fertig.";
    sign_up_action: "Complete the sign-up", "Registrierung abschließen";
    sign_up_closing: "You did not sign up? Then ignore this mail: without the confirmation, no account is created.", "Du hast dich nicht registriert? Dann ignoriere diese Mail: Ohne Bestätigung entsteht kein Konto.";

    exists_subject: "You already have an account", "Du hast schon ein Konto";
    exists_text(host, time): "Somebody, probably you, tried to sign up with this address at {host} on {time}. The address already has an account, so no new one was created.", "Am {time} wollte sich jemand, wahrscheinlich du, mit dieser Adresse bei {host} registrieren. Die Adresse hat schon ein Konto, deshalb ist kein neues entstanden.";
    exists_closing: "It was not you? Then there is nothing to do. Your account was not changed.", "Das warst nicht du? Dann musst du nichts tun. Dein Konto wurde nicht verändert.";
    sign_in: "Sign in", "Anmelden";
    forgotten: "Password forgotten?", "Passwort vergessen?";

    verify_subject: "Verify your e-mail address", "Bestätige deine E-Mail-Adresse";
    verify_heading: "Is this address yours?", "Ist das deine Adresse?";
    verify_text(host, time): "An account at {host} has this address since {time}. Verify it, so that receipts and changes of your shows reach you.", "Ein Konto bei {host} hat seit {time} diese Adresse. Bestätige sie, damit Belege und Änderungen deiner Veranstaltungen dich erreichen.";
    verify_action: "Verify the address", "Adresse bestätigen";
    verify_closing: "You have no such account? Then ignore this mail: the address stays unverified.", "Du hast kein solches Konto? Dann ignoriere diese Mail: Die Adresse bleibt unbestätigt.";

    change_subject: "Confirm your new e-mail address", "Bestätige deine neue E-Mail-Adresse";
    change_heading: "Your new address", "Deine neue Adresse";
    change_text(host, time): "An account at {host} is to have this address from now on, requested on {time}. It keeps its old address until you confirm the new one.", "Ein Konto bei {host} soll ab jetzt diese Adresse haben, verlangt am {time}. Es behält die alte Adresse, bis du die neue bestätigst.";
    change_action: "Confirm the new address", "Neue Adresse bestätigen";
    change_closing: "You did not request that? Then ignore this mail: nothing changes.", "Du hast das nicht verlangt? Dann ignoriere diese Mail: Es ändert sich nichts.";

    changed_subject: "Your e-mail address was changed", "Deine E-Mail-Adresse wurde geändert";
    changed_heading: "Your address was changed", "Deine Adresse wurde geändert";
    changed_text(host): "The account at {host} that had this address now has another one. Its mails go there from now on.", "Das Konto bei {host}, das diese Adresse hatte, hat jetzt eine andere. Seine Mails gehen ab jetzt dorthin.";
    changed_new: "New address", "Neue Adresse";
    changed_undo_text: "Restore this address, then set a new password. The page asks you before it changes anything.", "Stelle diese Adresse wieder her und setze dann ein neues Passwort. Die Seite fragt dich, bevor sie etwas ändert.";
    changed_undo: "Restore this address", "Diese Adresse wiederherstellen";

    reset_subject: "Set a new password", "Setze ein neues Passwort";
    reset_heading: "A new password", "Ein neues Passwort";
    reset_text(host, time): "A new password was requested on {time} for the account at {host} that has this address. Set it on the page of this link.", "Am {time} wurde für das Konto bei {host} mit dieser Adresse ein neues Passwort verlangt. Setze es auf der Seite dieses Links.";
    reset_closing: "You did not request it? Then ignore this mail: your password stays as it is.", "Du hast es nicht verlangt? Dann ignoriere diese Mail: Dein Passwort bleibt, wie es ist.";

    password_subject: "Your password was changed", "Dein Passwort wurde geändert";
    password_text(host): "The password of your account at {host} was changed. If it was you, there is nothing to do.", "Das Passwort deines Kontos bei {host} wurde geändert. Wenn du das warst, musst du nichts tun.";
    password_set: "Set a new password", "Neues Passwort setzen";
    password_advice: "Set a new password at once. Then look at your account and sign out devices that you do not know.", "Setze sofort ein neues Passwort. Sieh dir dann dein Konto an und melde Geräte ab, die du nicht kennst.";
    look_at_account: "Look at your account", "Konto ansehen";

    device_subject: "New sign-in to your account", "Neue Anmeldung in deinem Konto";
    device_heading: "A new device signed in", "Ein neues Gerät hat sich angemeldet";
    device_text(host): "A browser that was not known before signed in to your account at {host}. If it was you, there is nothing to do.", "Ein bisher unbekannter Browser hat sich in deinem Konto bei {host} angemeldet. Wenn du das warst, musst du nichts tun.";
    device: "Device", "Gerät";

    factor_on_subject: "Two-step sign-in is on", "Anmeldung in zwei Schritten ist an";
    factor_on_text(host): "Sign-ins to your account at {host} need a code in addition to the password from now on. If you switched that on, there is nothing to do.", "Anmeldungen in deinem Konto bei {host} brauchen ab jetzt außer dem Passwort einen Code. Wenn du das eingeschaltet hast, musst du nichts tun.";
    factor_off_subject: "Two-step sign-in is off", "Anmeldung in zwei Schritten ist aus";
    factor_off_text(host): "Sign-ins to your account at {host} need only the password from now on. If you switched that off, there is nothing to do.", "Anmeldungen in deinem Konto bei {host} brauchen ab jetzt nur das Passwort. Wenn du das ausgeschaltet hast, musst du nichts tun.";

    recovery_subject: "A recovery code was used", "Ein Wiederherstellungscode wurde benutzt";
    recovery_text(host): "A recovery code replaced the second step of a sign-in to your account at {host}. Each code works once.", "Bei einer Anmeldung in deinem Konto bei {host} hat ein Wiederherstellungscode den zweiten Schritt ersetzt. Jeder Code gilt einmal.";
    recovery_left: "Codes left", "Übrige Codes";
    recovery_none_left: "No code is left. Create new ones in your account, or a lost device locks you out.", "Kein Code ist übrig. Erzeuge neue in deinem Konto, sonst sperrt dich ein verlorenes Gerät aus.";
}
