//! The metrics that mail publishes.

use ::service::metric_descriptions::Metric;

pub(crate) static METRICS: &[Metric] = &[
    Metric::counter("mails_sent_total", "Mails that a server accepted"),
    Metric::counter("mails_unsent_total", "Letters that ended unsent, by reason"),
    Metric::counter("mail_failures_total", "Failed attempts to send a mail, by kind"),
    Metric::histogram("mail_delay_seconds", "Time from a letter to the acceptance of its mail"),
    Metric::gauge(
        "mails_overdue_age_seconds",
        "Time since the oldest due letter was due, 0 for none",
    ),
];
