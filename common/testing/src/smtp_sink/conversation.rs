//! One connection to the server.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::step::{Kept, Recording, Stage, Step, SunkMail};

/// The extensions of the server.
const EXTENSIONS: &str =
    "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN";

/// Maximum bytes of a mail.
const CONTENT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A connection. An error is its end.
pub(super) struct Conversation {
    stream: BufReader<TcpStream>,
    kept: Arc<Kept>,
    mail: SunkMail,
}

/// Whether the server waits for the next command.
#[derive(PartialEq, Eq)]
enum Then {
    Accepted,
    Refused,
    Closed,
}

impl Conversation {
    /// Serves a connection until its end.
    pub(super) async fn run(stream: TcpStream, kept: Arc<Kept>) {
        // The client may end the connection at any time.
        let _ = stream.set_nodelay(true);
        let mail = SunkMail::default();
        let _ = Self { stream: BufReader::new(stream), kept, mail }.serve().await;
    }

    async fn serve(&mut self) -> io::Result<()> {
        let mut is_open = self.take_step(Stage::Connect, "", "220 sink").await? != Then::Closed;
        let mut line = String::new();
        while is_open {
            line.clear();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            is_open = self.command(line.trim_end()).await? != Then::Closed;
        }
        Ok(())
    }

    async fn command(&mut self, line: &str) -> io::Result<Then> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => self.take_step(Stage::Hello, rest, EXTENSIONS).await,
            "AUTH" => self.take_step(Stage::Auth, rest, "235 2.7.0 authenticated").await,
            "MAIL" if self.mail != SunkMail::default() => self.reply("503 5.5.1 nested").await,
            "MAIL" => {
                let (from, parameters) = path(rest);
                let then = self.take_step(Stage::Mail, &from, "250 2.1.0 sender ok").await?;
                if then == Then::Accepted {
                    self.mail = SunkMail { from, parameters, ..SunkMail::default() };
                }
                Ok(then)
            }
            "RCPT" => {
                let (to, _) = path(rest);
                let then = self.take_step(Stage::Rcpt, &to, "250 2.1.5 recipient ok").await?;
                if then == Then::Accepted {
                    self.mail.to.push(to);
                }
                Ok(then)
            }
            "DATA" if self.mail.to.is_empty() => self.reply("503 5.5.1 no recipient").await,
            "DATA" => {
                let then = self.take_step(Stage::Data, "", "354 go ahead").await?;
                if then == Then::Accepted { self.content().await } else { Ok(then) }
            }
            "RSET" => {
                self.mail = SunkMail::default();
                self.reply("250 2.0.0 ok").await
            }
            "NOOP" => self.reply("250 2.0.0 ok").await,
            "QUIT" => self.reply("221 2.0.0 bye").await.map(|_| Then::Closed),
            _ => self.reply("500 5.5.2 unknown command").await,
        }
    }

    async fn content(&mut self) -> io::Result<Then> {
        let (mut content, mut line) = (Vec::new(), Vec::new());
        loop {
            line.clear();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Ok(Then::Closed);
            }
            match line.as_slice() {
                b".\r\n" => break,
                [b'.', stuffed @ ..] => content.extend_from_slice(stuffed),
                line => content.extend_from_slice(line),
            }
            if content.len() > CONTENT_BYTES_MAX {
                return Ok(Then::Closed);
            }
        }
        let mut mail = std::mem::take(&mut self.mail);
        mail.message_id = message_id(&content);
        if self.kept.recording == Recording::Whole {
            mail.content = Bytes::from(content);
        }
        let step = self.kept.step(Stage::Content, &mail.message_id);
        let is_kept = match &step {
            Step::Accept | Step::Late(_) | Step::KeepAndClose => true,
            Step::Reply(text) => text.starts_with('2'),
            Step::Close => false,
        };
        if is_kept {
            self.kept.keep(mail);
        }
        self.react(step, "250 2.0.0 kept").await
    }

    async fn take_step(&mut self, stage: Stage, argument: &str, usual: &str) -> io::Result<Then> {
        let step = self.kept.step(stage, argument);
        self.react(step, usual).await
    }

    async fn react(&mut self, step: Step, usual: &str) -> io::Result<Then> {
        match step {
            Step::Accept => self.reply(usual).await,
            Step::Late(delay) => {
                tokio::time::sleep(delay).await;
                self.reply(usual).await
            }
            Step::Reply(text) => self.reply(&text).await,
            Step::Close | Step::KeepAndClose => Ok(Then::Closed),
        }
    }

    async fn reply(&mut self, text: &str) -> io::Result<Then> {
        self.stream.get_mut().write_all(format!("{text}\r\n").as_bytes()).await?;
        let is_accepted = text.starts_with(['2', '3']);
        Ok(if is_accepted { Then::Accepted } else { Then::Refused })
    }
}

/// The address and the parameters of `FROM:<address> parameters`.
fn path(text: &str) -> (String, String) {
    let text = text.split_once(':').map_or("", |(_, path)| path).trim_start();
    let (path, parameters) = text.split_once(' ').unwrap_or((text, ""));
    (path.trim_matches(['<', '>']).to_owned(), parameters.to_owned())
}

/// The Message-ID of the header, on one line.
fn message_id(content: &[u8]) -> String {
    let lines = content.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let found = lines.take_while(|line| !line.is_empty()).find_map(|line| {
        let (name, value) = line.split_at_checked("Message-ID:".len())?;
        name.eq_ignore_ascii_case(b"Message-ID:").then_some(value)
    });
    let id = String::from_utf8_lossy(found.unwrap_or_default()).into_owned();
    id.trim().trim_matches(['<', '>']).to_owned()
}
