//! Addresses of servers.

use mail::transport::SmtpUrl;

#[test]
fn the_scheme_and_the_host_decide_on_encryption() {
    let table = [
        ("smtps://mail.example.com", true, "465", "Tls"),
        ("smtps://mail.example.com:4650/", true, "4650", "Tls"),
        ("smtps://127.0.0.1:465", true, "465", "Tls"),
        ("smtps://mail.example.com?tls=required", true, "465", "Tls"),
        ("smtp://mail.example.com", true, "587", "StartTls"),
        ("smtp://mail.example.com:25?tls=required", true, "25", "StartTls"),
        ("smtp://mail.example.com/?tls=none", false, "587", "None"),
        ("smtp://localhost", false, "587", "None"),
        ("smtp://LOCALHOST:1025", false, "1025", "None"),
        ("smtp://127.8.0.1:1025", false, "1025", "None"),
        ("smtp://[::1]:1025", false, "1025", "None"),
        ("smtp://[::1]", false, "587", "None"),
        ("smtp://localhost:1025?tls=required", true, "1025", "StartTls"),
        ("smtp://[2001:db8::1]:25", true, "25", "StartTls"),
        ("smtp://localhost.example.com", true, "587", "StartTls"),
    ];
    for (text, is_encrypted, port, encryption) in table {
        let url = SmtpUrl::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(url.is_encrypted(), is_encrypted, "{text}");
        let shown = format!("{url:?}");
        assert!(shown.contains(&format!("port: {port},")), "{text}: {shown}");
        assert!(shown.contains(&format!("encryption: {encryption},")), "{text}: {shown}");
    }
}

#[test]
fn an_address_that_is_not_exact_is_rejected() {
    let wrong = [
        "",
        "mail.example.com",
        "http://mail.example.com",
        "SMTP://mail.example.com",
        "smtp://",
        "smtp://:25",
        "smtp://mail.example.com:",
        "smtp://mail.example.com:0",
        "smtp://mail.example.com:65536",
        "smtp://mail.example.com:+25x",
        "smtp://mail.example.com/path",
        "smtp://mail.example.com?tls=opportunistic",
        "smtp://mail.example.com?tls=required&x=y",
        "smtps://mail.example.com?tls=none",
        "smtp://::1",
        "smtp://[::1",
        "smtp://[::1]25",
        "smtp://[mail.example.com]",
        "smtp://mail example.com",
        "smtp://mail.example.com\r\n",
        "smtp://m\u{e4}il.example.com",
        "smtp://user@mail.example.com",
        "smtp://user:@mail.example.com",
        "smtp://:password@mail.example.com",
        "smtp://user:%FF@mail.example.com",
        "smtp://user:a%00b@mail.example.com",
        "smtp://us%0Der:ab@mail.example.com",
    ];
    for text in wrong {
        let why = SmtpUrl::parse(text).err().unwrap_or_else(|| panic!("{text:?} was accepted"));
        assert!(why.starts_with("must "), "{text:?}: {why}");
    }
}

#[test]
fn debug_output_hides_the_credentials() {
    let shown =
        format!("{:?}", SmtpUrl::parse("smtps://me%40x:s%3Acret@mail.example.com").unwrap());
    assert!(shown.contains("mail.example.com"), "{shown}");
    assert!(!shown.contains("me@x") && !shown.contains("cret"), "{shown}");
}
