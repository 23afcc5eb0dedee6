"""The engine room dashboard: stores, outboxes, bus, mail, background loops, processes."""

import json
from pathlib import Path

from panels import Json, Row, lines, number, query, services, table
from panels import dashboard as whole

OF = 'job=~"$service"'
# The names of all services, from the list that `cargo xtask generate` writes.
SERVICES = Path(__file__).resolve().parents[2] / "services.json"
JOBS = "|".join(service["name"] for service in json.loads(SERVICES.read_text(encoding="utf-8"))["services"])
STEP = "$__rate_interval"


def dashboard() -> Json:
    return whole(
        "boxoffice-engine-room", "Engine room", "Stores, outboxes, bus, mail, admissions and processes.", "now-1h",
        [services()], [_now(), _stores(), _bus(), _mail(), _admissions(), _processes()],
    )


def _now() -> Row:
    return Row("Now", [
        number("Processes up", "Processes of the services whose last scrape succeeded.", "short",
               f'sum(up{{job=~"{JOBS}"}})'),
        number("Oldest outbox entry", "Age of the oldest committed message that is not published. Orders cannot be paid until payments has them.", "s",
               "max(store_outbox_age_seconds)", 5, 30),
        number("Largest consumer lag", "Messages that the slowest listener has not handled.", "short", "max(bus_consumer_lag_messages)", 100, 1000),
        number("Dead letters", "Stored messages that could not be handled: boxoffice dead-letters list.", "short", "max(bus_dead_letters)", None, 1),
        number("Broker", "1 if every process is connected to NATS, else 0. No value on embedded engines.", "short",
               "min(bus_broker_connected)"),
        number("Failing loops", "Background loops that failed within five minutes.", "short",
               "count(increase(loop_failures_total[5m]) > 0) or vector(0)", 1, 3),
    ])


def _stores() -> Row:
    commits = f"sum by (store, le) (rate(store_commit_seconds_bucket{{{OF}}}[{STEP}]))"
    decisions = f"sum by (store) (rate(store_batch_decisions_sum{{{OF}}}[{STEP}])) / sum by (store) (rate(store_batch_decisions_count{{{OF}}}[{STEP}]))"
    largest = f"histogram_quantile(0.99, sum by (store, le) (rate(store_batch_decisions_bucket{{{OF}}}[{STEP}])))"
    return Row("Stores", [
        lines("Decisions a batch, on average", "Decisions that share a commit. Batches grow with the load, up to 512.", "short",
              query(decisions, "{{store}}")),
        lines("Decisions a batch, 99 %", "Size that 99 % of batches do not exceed. At 512 the store is at its limit.", "short",
              query(largest, "{{store}}"), limit=512),
        lines("Decisions", "Decisions a second, applied or refused.", "suffix: /s",
              query(f"sum by (store) (rate(store_batch_decisions_sum{{{OF}}}[{STEP}]))", "{{store}}"), stacked=True),
        lines("Commit time", "Duration of commits, 50 % and 99 %. Each change waits for one or two.", "s",
              query(f"histogram_quantile(0.5, {commits})", "{{store}} 50 %"), query(f"histogram_quantile(0.99, {commits})", "{{store}} 99 %"), limit=0.5),
        lines("Commits", "Commits a second.", "suffix: /s", query(f"sum by (store) (rate(store_commit_seconds_count{{{OF}}}[{STEP}]))", "{{store}}")),
        lines("Conflicts and rejections", "Commits a second that conflicted with another replica and were decided again, batches split because a document was locked, and decisions rejected as busy.",
              "suffix: /s",
              query(f"sum by (store) (rate(store_conflicts_total{{{OF}}}[{STEP}]))", "conflict {{store}}"),
              query(f"sum by (store) (rate(store_splits_total{{{OF}}}[{STEP}]))", "split {{store}}"),
              query(f"sum by (store) (rate(store_refused_total{{{OF}}}[{STEP}]))", "busy {{store}}"), limit=1),
        lines("Outages", "1 while a process cannot use its store or the bus. Requests that change state receive 503.", "short",
              query(f"max by (job, dependency) (outage_active{{{OF}}})", "{{dependency}} {{job}}"), limit=1),
        lines("Outages begun", "Outages that began within an hour.", "short",
              query(f"sum by (dependency) (increase(outages_total{{{OF}}}[1h]))", "{{dependency}}")),
        lines("Outbox length", "Entries committed and not yet published. At 500,000 the store rejects changes as busy.", "short",
              query(f"max by (store) (store_outbox_entries{{{OF}}})", "{{store}}")),
        lines("Outbox age", "Age of the oldest entry not yet published.", "s",
              query(f"max by (store) (store_outbox_age_seconds{{{OF}}})", "{{store}}"), limit=5),
    ])


def _bus() -> Row:
    return Row("Bus", [
        lines("Listeners behind", "Messages that each listener has not handled.", "short",
              query(f"max by (listener) (bus_consumer_lag_messages{{{OF}}}) > 0", "{{listener}}"), limit=1000),
        lines("Messages handled", "Messages a second by listener.", "suffix: /s",
              query(f"sum by (listener) (rate(bus_messages_total{{{OF}}}[{STEP}]))", "{{listener}}"), stacked=True),
        lines("Outcomes", "Messages a second by outcome; already_applied is a redelivery without effect.", "suffix: /s",
              query(f"sum by (outcome) (rate(bus_messages_total{{{OF}}}[{STEP}]))", "{{outcome}}"), stacked=True),
        lines("Redeliveries", "Repeated deliveries a second: after a crash, an outage or a time-out.", "suffix: /s",
              query(f"sum by (listener) (rate(bus_redeliveries_total{{{OF}}}[{STEP}]))", "{{listener}}")),
        lines("Dead letters", "Stored messages that could not be handled.", "short", query("max(bus_dead_letters)", "kept"), limit=1),
        lines("Exports and erasures", "Age of the oldest export or erasure that lacks a service's part.", "s",
              query("max by (kind) (person_requests_unfinished_age_seconds)", "{{kind}}"), limit=600),
        lines("Connection to the broker", "1 while every process of a service is connected to NATS. No value on embedded engines.", "short",
              query(f"min by (job) (bus_broker_connected{{{OF}}})", "{{job}}")),
    ])


def _mail() -> Row:
    delays = f"sum by (le) (rate(mail_delay_seconds_bucket[{STEP}]))"
    return Row("Mail", [
        lines("Mails", "Mails a second that a server accepted, and attempts that failed, by kind. A temporary failure is repeated.", "suffix: /s",
              query(f"sum(rate(mails_sent_total[{STEP}]))", "sent"),
              query(f"sum by (kind) (rate(mail_failures_total[{STEP}]))", "failed: {{kind}}")),
        lines("Failed attempts", "Attempts that failed for now, as a share of all within ten minutes.", "percentunit",
              query("mail_attempts_failed:ratio_rate10m or vector(0)", "temporary"), limit=0.5),
        lines("Overdue", "Time since the oldest due mail was due.", "s", query("max(mails_overdue_age_seconds)", "oldest"), limit=900),
        lines("Delay", "Time from the fact to the acceptance of its mail, 50 % and 99 %.", "s",
              query(f"histogram_quantile(0.5, {delays})", "50 %"), query(f"histogram_quantile(0.99, {delays})", "99 %")),
        lines("Unsent", "Mails that ended unsent within an hour, by reason. Lost are address_refused, rejected and too_late.", "short",
              query("sum by (reason) (increase(mails_unsent_total[1h]))", "{{reason}}")),
    ])


def _admissions() -> Row:
    return Row("Admissions", [
        lines("Documents", "PDF tickets rendered a second, and those that wait. From 64 on further ones are refused.", "short",
              query(f"sum(rate(admission_documents_rendered_total[{STEP}]))", "rendered a second"),
              query("max by (instance) (admission_documents_waiting)", "waiting: {{instance}}"), limit=48),
        lines("Cached documents", "Size of the cached documents, at most 128 MiB.", "bytes", query("max(admission_documents_cached_bytes)", "cached")),
        lines("Age of cached documents", "Age of the oldest cached document, at most a day.", "s", query("max(admission_documents_oldest_seconds)", "oldest")),
    ])


def _processes() -> Row:
    return Row("Processes", [
        lines("Memory", "Resident memory of each process. The alert is at 400 MiB.", "bytes",
              query(f"process_resident_memory_bytes{{{OF}}}", "{{job}} {{instance}}"), limit=400 * 1024 * 1024),
        lines("Processor", "Cores that each process uses.", "suffix: cores",
              query(f"rate(process_cpu_seconds_total{{{OF}}}[{STEP}])", "{{job}} {{instance}}")),
        lines("File descriptors", "Open file descriptors as a share of the limit.", "percentunit",
              query(f"process_open_fds{{{OF}}} / process_max_fds{{{OF}}}", "{{job}} {{instance}}"), limit=0.8),
        lines("Loop failures", "Failed steps of background loops a second. A loop in an outage fails every five seconds.", "suffix: /s",
              query(f"sum by (job, loop) (rate(loop_failures_total{{{OF}}}[{STEP}]))", "{{job}} {{loop}}")),
        lines("Running for", "Time since each process started.", "s",
              query(f"time() - process_start_time_seconds{{{OF}}}", "{{job}} {{instance}}")),
        table("Versions", "Version of each process. Two versions of a service mean a roll-out in progress.", f"boxoffice_build_info{{{OF}}}"),
    ])
