"""An SMTP server for tests: stores each mail as a file, as Python's `email` package reads it.

    python3 smtp.py PORT DIRECTORY [--user USER --password PASSWORD] [--certificate FILE --encryption starttls|tls]

With a user it requires AUTH, and with a certificate (PEM, with its key) encryption: by STARTTLS, or from the start. The file has its final name
before the client receives the last reply.
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult


class Storage:
    def __init__(self, directory):
        self.directory = directory

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in message.items()],
            "structure": [part.get_content_type() for part in message.walk()],
            "parts": {kind: part.get_content() for kind, part in parts.items()},
            "partHeaders": {kind: dict(part.items()) for kind, part in parts.items()},
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
        }
        path = self.directory / f"{time.time_ns():020}.json"
        path.with_suffix(".partial").write_text(json.dumps(mail, default=str))
        os.replace(path.with_suffix(".partial"), path)
        return "250 2.0.0 stored"


async def main(given):
    def authenticate(server, session, envelope, mechanism, data):
        credentials = (data.login.decode(), data.password.decode())
        return AuthResult(success=credentials == (given.user, given.password), handled=False)

    def protocol():
        return SMTP(
            storage,
            enable_SMTPUTF8=True,
            authenticator=authenticate,
            auth_required=bool(given.user),
            auth_require_tls=bool(starttls),
            tls_context=starttls,
            require_starttls=bool(starttls),
        )

    tls = None
    if given.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(given.certificate)
    starttls, implicit = (tls, None) if given.encryption == "starttls" else (None, tls)
    storage = Storage(given.directory)
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", given.port, ssl=implicit)
    await server.serve_forever()


parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("directory", type=Path)
parser.add_argument("--user")
parser.add_argument("--password")
parser.add_argument("--certificate")
parser.add_argument("--encryption", choices=["starttls", "tls"])
asyncio.run(main(parser.parse_args()))
