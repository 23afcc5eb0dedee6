"""The dashboard of an on-sale: the service that customers receive, and the guarantees."""

from panels import Json, Row, lines, number, query, services, text, trace, traces
from panels import dashboard as whole

API = 'job=~"$service", route=~"/api/.*"'
PAGE = 'job=~"$service", method="GET", route!~"unknown|/(api|assets|live|health|metrics|openapi|\\\\.well-known).*"'
# Replicas export the same value for shared state, hence max; counters of each process are summed.
STEP = "$__rate_interval"


def dashboard() -> Json:
    trace_id = text("trace_id", "trace id", "From a log line, `traceparent` or an order's timeline; 32 hex digits")
    return whole(
        "boxoffice-on-sale", "On-sale night", "The service that customers receive, and the guarantees.", "now-1h",
        [services(), trace_id], [_now(), _orders(), _requests(), _pages(), _money(), _objectives(), _one_order()],
    )


def _now() -> Row:
    failed = f'sum(rate(http_requests_total{{{API}, status=~"5.."}}[5m])) or vector(0)'
    return Row("Now", [
        number("Orders a second", "Orders placed over the last minute.", "suffix: /s", "sum(rate(orders_created_total[1m]))"),
        number("Paid a second", "Orders that became complete over the last minute.", "suffix: /s",
               'sum(rate(orders_ended_total{end="complete"}[1m]))'),
        number("Failed requests", "Share of requests to /api with a 5xx response over five minutes, of the selected services. Objective: 0.1 %.",
               "percentunit", f"({failed}) / sum(rate(http_requests_total{{{API}}}[5m]))", 0.001, 0.0144),
        number("Latency, 99 %", "99th percentile of the response time of /api over five minutes, without payments. Objective: 0.5 s.",
               "s", f'histogram_quantile(0.99, sum by (le) (rate(http_request_seconds_bucket{{{API}, route!~"/api/payments(/top-ups)?"}}[5m])))',
               0.25, 0.5),
        number("Expired late", "Orders that expired more than a second after their deadline, in the last hour. Guarantee: none.",
               "short", "sum(increase(instance:order_expiries_late:count[1h]))", None, 1),
        number("Oldest unsettled payment", "Age of the oldest unsettled payment. A top-up may stay unsettled for an hour.",
               "s", "max(payments_unsettled_age_seconds)", 600, 3900),
    ])


def _orders() -> Row:
    lateness = "sum by (le) (rate(order_expiry_lateness_seconds_bucket[5m]))"
    return Row("Orders", [
        lines("Orders placed and ended", "Orders a second: placed, and ended by end. Most orders of a sale complete or expire.",
              "suffix: /s", query(f"sum(rate(orders_created_total[{STEP}]))", "placed"),
              query(f"sum by (end) (rate(orders_ended_total[{STEP}]))", "{{end}}")),
        lines("Sold and held", "Units sold, and units held by unpaid orders, of the ten tickets with the most. Held units are sold or "
              "available again within the order window.",
              "short", query('topk(10, max by (ticket) (ticket_units{state="sold"}))', "sold {{ticket}}"),
              query('topk(10, max by (ticket) (ticket_units{state="held"}))', "held {{ticket}}")),
        lines("Share sold or held", "Held and sold units as a share of the units offered, of the ten tickets nearest to sold out. Never above 100 %.",
              "percentunit", query('topk(10, max by (ticket) (sum by (ticket, instance) (ticket_units{state=~"held|sold"})) '
                                   '/ max by (ticket) (ticket_units{state="capacity"}))', "{{ticket}}"), limit=1),
        lines("Held by account", "Units of the 500 unpaid orders nearest to their deadlines, by account of the buyer: fresh is younger than a day, "
              "unpaid had orders that ended unpaid within half an hour, known is neither. Large values of the first two can indicate hoarding.",
              "short", query("account:held_units:max", "{{account}}"), stacked=True),
        lines("Expiry lateness", "Time from an order's deadline to the commit that cancels it. Guarantee: within a second.", "s",
              query(f"histogram_quantile(0.5, {lateness})", "50 %"), query(f"histogram_quantile(0.99, {lateness})", "99 %"),
              query(f"histogram_quantile(1, {lateness})", "latest"), limit=1),
    ])


def _requests() -> Row:
    buckets = f"sum by (le) (rate(http_request_seconds_bucket{{{API}}}[{STEP}]))"
    by_route = f"sum by (le, method, route) (rate(http_request_seconds_bucket{{{API}}}[{STEP}]))"
    return Row("Requests", [
        lines("Requests by service", "Requests to /api a second, of the selected services.", "reqps",
              query(f"sum by (job) (rate(http_requests_total{{{API}}}[{STEP}]))", "{{job}}"), stacked=True),
        lines("Requests by status", "Requests to /api a second by status. 409 is usually sold out; 503 is busy.", "reqps",
              query(f"sum by (status) (rate(http_requests_total{{{API}}}[{STEP}]))", "{{status}}"), stacked=True),
        lines("Failed requests by route", "Responses with a 5xx status a second; 503 asks the client to retry.", "reqps",
              query(f'sum by (job, method, route, status) (rate(http_requests_total{{{API}, status=~"5.."}}[{STEP}])) > 0',
                    "{{status}} {{method}} {{route}}")),
        lines("Latency", "Response time, over all requests to /api of the selected services.", "s",
              query(f"histogram_quantile(0.5, {buckets})", "50 %"), query(f"histogram_quantile(0.9, {buckets})", "90 %"),
              query(f"histogram_quantile(0.99, {buckets})", "99 %"), limit=0.5),
        lines("Slowest routes", "99th percentile of the response time, of the ten slowest routes. Payments wait for the provider.", "s",
              query(f"topk(10, histogram_quantile(0.99, {by_route}))", "{{method}} {{route}}")),
        lines("Rejected as busy or limited", "Decisions a second that a store rejected as busy, and responses with 429 or 503.", "reqps",
              query(f"sum by (store) (rate(store_refused_total[{STEP}]))", "busy {{store}}"),
              query(f'sum by (status) (rate(http_requests_total{{{API}, status=~"429|503"}}[{STEP}]))', "{{status}}"), limit=1),
    ])


def _pages() -> Row:
    by_route = f"sum by (le, route) (rate(http_request_seconds_bucket{{{PAGE}}}[{STEP}]))"
    own = f'sum by (le) (rate(http_request_seconds_bucket{{job=~"$service", method="GET", route=~"/|/(shows|tickets)/.*"}}[{STEP}]))'
    return Row("Pages", [
        lines("Pages by route", "Pages shown a second, without assets.", "reqps",
              query(f"sum by (route) (rate(http_requests_total{{{PAGE}}}[{STEP}]))", "{{route}}"), stacked=True),
        lines("Slowest pages", "99th percentile of the response time, of the ten slowest pages. Pages of a visitor's own things wait for the services "
              "that they call.", "s", query(f"topk(10, histogram_quantile(0.99, {by_route}))", "{{route}}"), limit=0.5),
        lines("Rendering", "Response time of the pages of offers, which storefront renders from its own copies.", "s",
              query(f"histogram_quantile(0.5, {own})", "50 %"), query(f"histogram_quantile(0.9, {own})", "90 %"),
              query(f"histogram_quantile(0.99, {own})", "99 %"), limit=0.5),
        lines("Open streams", "Open streams of changes, by process. A process admits 20,000.", "short",
              query('live_streams{job=~"$service"}', "{{instance}}"), limit=16000),
        lines("Pages with an error", "Pages a second by status: 404 is an old link, 5xx a service that does not respond, or a bug.", "reqps",
              query(f'sum by (status) (rate(http_requests_total{{{PAGE}, status=~"4..|5.."}}[{STEP}]))', "{{status}}")),
        lines("Commands", "Submitted forms a second by status: 303 leads to the result; 4xx shows the form with errors.", "reqps",
              query(f'sum by (status) (rate(http_requests_total{{job=~"$service", method="POST", route!~"unknown|/api/.*"}}[{STEP}]))', "{{status}}"),
              stacked=True),
    ])


def _money() -> Row:
    calls = f"sum by (le, operation) (rate(provider_request_seconds_bucket[{STEP}]))"
    return Row("Money", [
        lines("Payments ended", "Payments a second by end, and cards by outcome. Voided payments were released because the order ended first.", "suffix: /s",
              query(f"sum by (end) (rate(payments_ended_total[{STEP}]))", "{{end}}"),
              query(f"sum by (outcome) (rate(card_attempts_total[{STEP}]))", "card {{outcome}}")),
        lines("Unsettled", "Unsettled payments and refunds older than a minute.", "short",
              query("max(payments_unsettled)", "payments"), query("max(refunds_unsettled)", "refunds")),
        lines("Oldest unsettled payment", "Age of the oldest unsettled payment.", "s",
              query("max(payments_unsettled_age_seconds)", "oldest"), limit=3900),
        lines("Provider: response time", "99th percentile of the provider's response time, by operation.", "s",
              query(f"histogram_quantile(0.99, {calls})", "{{operation}}")),
        lines("Provider: outcomes", "Calls a second: done, refused (declined), or unknown (no response, or an unusable one).", "reqps",
              query(f"sum by (outcome) (rate(provider_request_seconds_count[{STEP}]))", "{{outcome}}"), stacked=True),
        lines("Refunds ended", "Refunds an hour by end, and disputes opened, won or lost.", "short",
              query("sum by (end) (increase(refunds_ended_total[1h]))", "refund {{end}}"),
              query("sum by (state) (increase(disputes_total[1h]))", "dispute {{state}}")),
        lines("Books against the provider", "Differences between our books and the provider's, in minor units; open disputes; unpaid orders.", "short",
              query("sum by (currency, kind) (reconciliation_difference_minor_units)", "{{currency}} {{kind}}"),
              query("max(disputes_open)", "open disputes"), query("sum(increase(orders_unpaid_total[1d]))", "unpaid orders in a day")),
        lines("Refunds of cancelled shows", "Paid orders of cancelled shows whose refund has not ended. Falls to zero within minutes, unless a bank is slow "
              "or the provider is down.",
              "short", query("max(show_refunds_owed)", "owed")),
        lines("Provider: events", "Events a second received from the provider by outcome, and stored events by end.", "suffix: /s",
              query(f"sum by (outcome) (rate(provider_webhooks_total[{STEP}]))", "received: {{outcome}}"),
              query(f"sum by (end) (rate(provider_events_total[{STEP}]))", "processed: {{end}}")),
    ])


def _objectives() -> Row:
    windows = ("5m", "30m", "1h", "6h", "3d")
    failed = [query(f'max(job:http_requests_failed:ratio_rate{window}{{job=~"$service"}})', window) for window in windows]
    return Row("Objectives", [
        lines("Failed requests by window", "Share of 5xx responses, of the worst selected service. Objective over a month: 0.1 %; "
              "alerts fire at 14.4 times that in an hour, or 6 times in six hours.", "percentunit", *failed, limit=0.0144),
        lines("Slow requests by window", "Share of responses after 0.5 s, of the worst selected service. Objective over a month: 1 %; "
              "the alert fires at 6 %.", "percentunit",
              *[query(f'max(job:http_requests_slow:ratio_rate{window}{{job=~"$service"}})', window) for window in ("5m", "1h")], limit=0.06),
        lines("Alerts", "Firing alerts, by name.", "short",
              query('sum by (alertname) (ALERTS{alertstate="firing"}) or vector(0)', "{{alertname}}")),
    ])


def _one_order() -> Row:
    return Row("One order", [
        traces("Slow or failed", "Latest traces with an error or longer than half a second. A click on the id opens the trace.",
               "{ status = error || duration > 500ms }"),
        trace("The trace with the id above", "One order from the request through outbox, bus and listeners to the capture: put its trace "
              "id in the box at the top.",
              "$trace_id"),
    ])
