"""An SMTP server for tests: stores each mail as a file, as Python's `email` package reads it.

    python3 smtp.py PORT DIRECTORY [USER PASSWORD]

With a user it requires AUTH. The file has its final name before the client receives the last reply.
"""

import asyncio
import email
import email.policy
import json
import os
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult


class Storage:
    def __init__(self, directory):
        self.directory = Path(directory)

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


async def main(port, directory, *credentials):
    def authenticate(server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == credentials, handled=False)

    def protocol():
        return SMTP(storage, enable_SMTPUTF8=True, authenticator=authenticate, auth_required=bool(credentials), auth_require_tls=False)

    storage = Storage(directory)
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", int(port))
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
