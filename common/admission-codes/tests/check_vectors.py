"""Verifies the vectors of admission codes without any code of the project.

    python3 check_vectors.py VECTORS

base45 and the layout are written here, after docs/admission-codes.md; the signatures are verified by pycryptodome. Each vector is also rejected with
one bit of each byte changed. Prints the number of vectors; fails at the first that differs.
"""

import json
import sys
from pathlib import Path

from Crypto.Signature import eddsa

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PREFIX = "BX1:"
ISSUER_DOMAIN = b"boxoffice admission v1\0"
DEVICE_DOMAIN = b"boxoffice admission epoch v1\0"


def decoded(text):
    """RFC 9285: three digits for two bytes, two digits for a last one, the least significant digit first."""
    assert text.startswith(PREFIX), text
    numbers = [DIGITS.index(digit) for digit in text.removeprefix(PREFIX)]
    content = bytearray()
    for start in range(0, len(numbers), 3):
        group = numbers[start : start + 3]
        content += sum(number * 45**place for place, number in enumerate(group)).to_bytes(len(group) - 1, "big")
    return bytes(content)


def is_signed(public_key, message, signature):
    try:
        eddsa.new(eddsa.import_public_key(public_key), "rfc8032").verify(message, signature)
    except ValueError:
        return False
    return True


def claims(content):
    return {
        "kid": content[1],
        "ticket": content[3:15].hex(),
        "admission": content[15:27].hex(),
        "credentialVersion": int.from_bytes(content[27:29], "big"),
        "notAfter": int.from_bytes(content[29:33], "big"),
    }


def is_static_code(content, vector):
    issuer = bytes.fromhex(vector["issuerPublicKey"])
    return content[0] == 1 and content[2] == 0 and is_signed(issuer, ISSUER_DOMAIN + content[:33], content[33:97])


def is_rotating_code(content, vector):
    issuer, device = bytes.fromhex(vector["issuerPublicKey"]), content[33:65]
    is_record = content[0] == 1 and content[2] == 1 and is_signed(issuer, ISSUER_DOMAIN + content[:65], content[65:129])
    return is_record and is_signed(device, DEVICE_DOMAIN + content[:133], content[133:197])


def check(vector, length, is_code):
    content = decoded(vector["text"])
    assert content.hex() == vector["bytes"] and len(content) == length, vector
    expected = {name: vector[name] for name in claims(content)}
    assert claims(content) == expected, vector
    assert is_code(content, vector), vector
    for place in range(length):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        assert not is_code(bytes(changed), vector), (place, vector)


vectors = json.loads(Path(sys.argv[1]).read_text())
for vector in vectors["static"]:
    check(vector, 97, is_static_code)
for vector in vectors["rotating"]:
    check(vector, 197, is_rotating_code)
    content = bytes.fromhex(vector["bytes"])
    assert content[:129].hex() == vector["record"] and content[33:65].hex() == vector["devicePublicKey"], vector
    assert int.from_bytes(content[129:133], "big") == vector["epoch"], vector
print(len(vectors["static"]) + len(vectors["rotating"]))
