"""Mails that a marketplace without an SMTP server keeps as files, read over HTTP."""

import http.client
import re
import time

ENTRY = re.compile(r'href="/dev/mail/([^"]+)">[^<]*</a> to ([^,]+),')
# A mail is sent within seconds of its cause, on a machine that compiles concurrently.
WAIT_SECONDS_MAX = 30
PAUSE_SECONDS = 0.05


def read(host, path):
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    content = response.read().decode()
    assert response.status == 200, f"{path} returned {response.status}"
    return content


def listed(host):
    """Name and recipient of each mail, newest first."""
    return ENTRY.findall(read(host, "/dev/mail"))


def token(host, email, page):
    """The token of the newest mail to an address whose link leads to a page, such as `/password/`."""
    link = re.compile(re.escape(page) + r"([0-9a-f]{24}\.[\w-]+)")
    last = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < last:
        for name, recipient in listed(host):
            if recipient == email and (found := link.search(read(host, f"/dev/mail/{name}.txt"))):
                return found[1]
        time.sleep(PAUSE_SECONDS)
    raise AssertionError(f"no mail to {email} has a link to {page}")
