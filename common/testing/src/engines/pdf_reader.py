"""Reads PDF files: with pikepdf (qpdf) and pdfua, which check them, and with PDFium, which draws and extracts.

    python3 pdf_reader.py FOLDER FILE...

Draws each page as an image of 150 dots per inch into the folder. Prints a list in JSON, with one entry for each file: its images, the text of each page,
and the errors that the checkers found.
"""

import json
import sys
from pathlib import Path

import pikepdf
import pypdfium2
from pdfua import validate


def read(folder, path):
    pages, texts = [], []
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            image = Path(folder) / f"{Path(path).stem}-{number}.png"
            page.render(scale=150 / 72).to_pil().save(image)
            pages.append(str(image))
            texts.append(page.get_textpage().get_text_range())
    with pikepdf.open(path) as document:
        errors = [str(error) for error in document.check_pdf_syntax()]
    errors += [f"{finding.rule_id}: {finding.message}" for finding in validate(path).findings]
    return {"pages": pages, "texts": texts, "errors": errors}


print(json.dumps([read(sys.argv[1], path) for path in sys.argv[2:]]))
