//! The words of the second factor.

use super::Language;

formats::messages! { Language;
    second_factor: "Second factor", "Zweiter Faktor";
    second_factor_text: "With a second factor a sign-in needs a code of an app on your phone, too. A stolen password is then not enough.", "Mit einem zweiten Faktor braucht eine Anmeldung auch einen Code aus einer App auf deinem Handy. Ein gestohlenes Passwort reicht dann nicht.";
    second_factor_is_on: "on", "eingeschaltet";
    second_factor_is_off: "off", "ausgeschaltet";
    second_factor_set_up: "Set up", "Einrichten";
    second_factor_manage: "Manage", "Verwalten";
    recovery_codes_left(count): "Unused recovery codes: {count}", "Unbenutzte Ersatzcodes: {count}";

    // Sign-in.
    factor_code: "Code", "Code";
    factor_code_hint: "Six digits of your app, or a recovery code", "Sechs Ziffern deiner App oder ein Ersatzcode";
    factor_code_required: "Your account has a second factor. Enter the password once more, and the code of your app.", "Dein Konto hat einen zweiten Faktor. Gib das Passwort noch einmal ein, und dazu den Code deiner App.";
    refused_code: "This code is wrong or was used. Wait for the next one.", "Dieser Code ist falsch oder wurde schon benutzt. Warte auf den nächsten.";
    rule_code: "Six digits, or a recovery code.", "Sechs Ziffern oder ein Ersatzcode.";

    // Set-up.
    factor_start: "Begin", "Beginnen";
    factor_start_note: "You need an app for codes, such as the one of your password manager.", "Du brauchst eine App für Codes, zum Beispiel die deines Passwortmanagers.";
    factor_secret_title: "Add this key to your app", "Trage diesen Schlüssel in deine App ein";
    factor_secret_text: "Choose “time-based code” in the app and type the key, or open it there with the link. It is shown only now.", "Wähle in der App „zeitbasierter Code“ und gib den Schlüssel ein, oder öffne ihn dort mit dem Link. Er wird nur jetzt angezeigt.";
    factor_open_app: "Open in the app", "In der App öffnen";
    factor_key: "Key", "Schlüssel";
    factor_confirm_title: "Enter a code of the app", "Gib einen Code der App ein";
    factor_confirm: "Switch the second factor on", "Zweiten Faktor einschalten";
    factor_confirm_note: "Every other session ends. You have 15 minutes.", "Alle anderen Sitzungen enden. Du hast 15 Minuten Zeit.";

    // Recovery codes.
    recovery_title: "Your recovery codes", "Deine Ersatzcodes";
    recovery_text: "Each of them replaces one code if your phone is lost. Print them or keep them in a safe place: they are shown only now.", "Jeder ersetzt einmal einen Code, falls dein Handy verloren geht. Drucke sie aus oder verwahre sie sicher: Sie werden nur jetzt angezeigt.";
    recovery_done: "I have kept them", "Ich habe sie verwahrt";

    // A factor that is on.
    factor_change_title: "Change it", "Ändern";
    factor_change_text: "Both need your password and a code. New recovery codes make the earlier ones void.", "Beides braucht dein Passwort und einen Code. Neue Ersatzcodes machen die früheren ungültig.";
    factor_replace: "New recovery codes", "Neue Ersatzcodes";
    factor_stop: "Switch off", "Ausschalten";
    done_factor_off: "The second factor is off.", "Der zweite Faktor ist ausgeschaltet.";
}
