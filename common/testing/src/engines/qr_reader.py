"""Reads the QR codes of images, with zxing-cpp.

    python3 qr_reader.py IMAGE...

Prints a list in JSON, with one entry for each image: the list of its QR codes, each with its text, version and level of error correction.
"""

import json
import sys

import zxingcpp
from PIL import Image


def symbols(path):
    with Image.open(path) as image:
        found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return [{"text": one.text, "version": int(one.extra["Version"]), "level": one.extra["ECLevel"]} for one in found]


print(json.dumps([symbols(path) for path in sys.argv[1:]]))
