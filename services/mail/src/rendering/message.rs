//! The parts of a mail, the same for its HTML and its text.

/// The content of a mail in one language. Texts of users in it are lines without controls.
pub(crate) struct Message {
    /// The subject, shortened later.
    pub(crate) subject: String,
    /// The kind of mail, in one or two words.
    pub(crate) kicker: &'static str,
    /// The heading.
    pub(crate) heading: String,
    /// The event; also the preview in lists of mails.
    pub(crate) paragraphs: Vec<String>,
    /// The facts of the event.
    pub(crate) details: Details,
    /// The links.
    pub(crate) stub: Stub,
    /// Advice for the case that the mail is a mistake.
    pub(crate) closing: Option<&'static str>,
    /// The reason for which the recipient receives the mail.
    pub(crate) reason: String,
}

impl Message {
    /// The text that lists of mails show beside the subject. It begins with the time of a show.
    pub(crate) fn preview(&self) -> String {
        let when = self.details.title.as_ref().and(self.details.facts.first());
        let parts = when.map(|fact| fact.value.as_str()).into_iter();
        let parts = parts.chain(self.paragraphs.iter().map(String::as_str));
        parts.collect::<Vec<_>>().join(" · ")
    }
}

/// The subject of a mail in a table; empty in short mails.
#[derive(Default)]
pub(crate) struct Details {
    /// The title of a show.
    pub(crate) title: Option<String>,
    /// Facts such as the time and the place.
    pub(crate) facts: Vec<Fact>,
    /// Ordered or sold units.
    pub(crate) lines: Vec<Line>,
    /// Sums of the lines.
    pub(crate) totals: Vec<Fact>,
}

impl Details {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { title, facts, lines, totals } = self;
        title.is_none() && facts.is_empty() && lines.is_empty() && totals.is_empty()
    }
}

/// A value with its name.
pub(crate) struct Fact {
    /// The name.
    pub(crate) label: &'static str,
    /// The value.
    pub(crate) value: String,
}

impl Fact {
    /// The name and the value in a line of text.
    pub(crate) fn text(&self) -> String {
        format!("{}: {}", self.label, self.value)
    }
}

/// Units of one title.
pub(crate) struct Line {
    /// The title.
    pub(crate) title: String,
    /// The time and place, where the titles of an order have different ones.
    pub(crate) notes: Vec<String>,
    /// The number of units.
    pub(crate) units: String,
    /// Their price.
    pub(crate) amount: String,
}

impl Line {
    /// The units and their price in a line of text.
    pub(crate) fn price(&self) -> String {
        match self.amount.as_str() {
            "" => self.units.clone(),
            amount => format!("{}: {amount}", self.units),
        }
    }
}

/// The torn-off part of the ticket: links to pages.
pub(crate) struct Stub {
    /// The heading.
    pub(crate) heading: Option<&'static str>,
    /// Reasons to open the page.
    pub(crate) paragraphs: Vec<String>,
    /// The page.
    pub(crate) action: Action,
    /// How long its link is valid.
    pub(crate) validity: Option<String>,
    /// A second page.
    pub(crate) other: Option<Action>,
}

impl Stub {
    /// A stub with one link.
    pub(crate) const fn new(action: Action) -> Self {
        Self { heading: None, paragraphs: Vec::new(), action, validity: None, other: None }
    }
}

/// A link to a page.
pub(crate) struct Action {
    /// The words of the button.
    pub(crate) label: &'static str,
    /// The address.
    pub(crate) url: String,
}
