//! The content of a file: a reader of what this program writes, not of mails in general.

use std::collections::BTreeMap;
use std::str::Lines;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The content of a mail, decoded.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Default)]
pub struct MailParts {
    /// The plain text.
    #[debug("…")]
    pub text: String,
    /// The HTML. It is the content of a mail: a page shows it isolated, in a sandbox.
    #[debug("…")]
    pub html: String,
}

impl MailParts {
    /// The parts of a file. A part that is missing is empty.
    #[must_use]
    pub fn of(file: &[u8]) -> Self {
        let file = String::from_utf8_lossy(file);
        let (mut lines, mut parts) = (file.lines(), Self::default());
        let mut header = headers(&mut lines);
        let mut boundaries = Vec::from_iter(boundary(&header));
        let mut body = Vec::new();
        loop {
            let line = lines.next();
            let ends = line.is_none_or(|line| is_delimiter(line, &boundaries));
            if !ends {
                body.extend(line);
                continue;
            }
            parts.add(&header, &std::mem::take(&mut body));
            if line.is_none() {
                return parts;
            }
            header = headers(&mut lines);
            boundaries.extend(boundary(&header));
        }
    }

    fn add(&mut self, header: &BTreeMap<String, String>, body: &[&str]) {
        let value = |name: &str| header.get(name).map_or("", String::as_str);
        let content = || decoded(value("content-transfer-encoding"), body);
        if value("content-type").starts_with("text/plain") {
            self.text = content();
        } else if value("content-type").starts_with("text/html") {
            self.html = content();
        }
    }
}

/// Reads headers up to the empty line: their values by their names in lower case, unfolded.
pub(super) fn headers(lines: &mut Lines<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut last: Option<(String, String)> = None;
    for line in lines.take_while(|line| !line.is_empty()) {
        match (&mut last, line.split_once(": ")) {
            (Some((_, value)), _) if line.starts_with(' ') => {
                value.push_str(line);
            }
            (_, Some((name, value))) => {
                found.extend(last.replace((name.to_lowercase(), value.to_owned())));
            }
            (_, None) => {}
        }
    }
    found.extend(last);
    found
}

fn boundary(header: &BTreeMap<String, String>) -> Option<String> {
    let (_, rest) = header.get("content-type")?.split_once("boundary=\"")?;
    rest.split_once('"').map(|(boundary, _)| format!("--{boundary}"))
}

fn is_delimiter(line: &str, boundaries: &[String]) -> bool {
    line.strip_suffix("--").into_iter().chain([line]).any(|l| boundaries.iter().any(|b| b == l))
}

fn decoded(encoding: &str, lines: &[&str]) -> String {
    match encoding {
        "base64" => {
            let content = STANDARD.decode(lines.concat()).unwrap_or_default();
            String::from_utf8_lossy(&content).replace("\r\n", "\n")
        }
        "quoted-printable" => quoted_printable(lines),
        _ => lines.join("\n"),
    }
}

/// The content of lines in quoted-printable (RFC 2045, 6.7).
fn quoted_printable(lines: &[&str]) -> String {
    let mut content = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let (line, is_joined) = match line.strip_suffix('=') {
            Some(line) => (line, true),
            None => (*line, false),
        };
        let mut pieces = line.split('=');
        content.extend(pieces.next().unwrap_or_default().as_bytes());
        for piece in pieces {
            let (code, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
            content.extend(u8::from_str_radix(code, 16).ok());
            content.extend(rest.as_bytes());
        }
        if !is_joined && number + 1 < lines.len() {
            content.push(b'\n');
        }
    }
    String::from_utf8_lossy(&content).replace("\r\n", "\n")
}
