"""Texts that people might send to do harm: markup, script, addresses, templates, and marks that nobody sees."""

from pathlib import Path

RTL, LTR = "مرحبا שלום", "hello"
_HIDDEN = "ad 34f 61c 115f 17b4 180e 200b 200c 200d 200e 200f 2028 2029 202a 202b 202c 202d 202e"
_HIDDEN += " 2060 2061 2066 2067 2068 2069 206a 206f 2800 3164 fe0f feff ffa0 fff9 fffc fffe e0041"
INVISIBLE = [chr(int(code, 16)) for code in _HIDDEN.split()]
TRICKS = (
    "\u202e" * 50 + "gnp.exe",
    "\u2066" * 200 + "deep",
    "\u2069\u2069\u2069\u202eout of the box",
    "\u202d\u202eboth\u202c",
    f"{RTL} 12:30 · IT-1001 · {LTR}",
    f"{LTR} {RTL} {LTR} (3 KB)",
    "https://example.org/\u202egpj.exe",
    "https://example.org\u2060.evil.example/",
    "[x](https://example.org/\u202egpj)",
    "Z" + "\u0300\u0301\u0302\u0303\u0334\u0489" * 60,
    "\u0e49" * 200,
    "﷽" * 60,
    "𒐫" * 60,
    "👩‍👩‍👧‍👦" * 60,
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f" * 20,
    "a\u0000b\u0008c\u001b[31mred\u001b[0m\u0007",
    "tab\there\n\n\n\n\n\nfar below",
    "\n" * 300 + "after many lines",
    "x" * 4000,
    "W" * 3000,
    "\u00a0" * 2000 + "x",
    "-" * 3000,
    "<" * 2000,
    "(" * 2000,
    "[a](" * 800,
    "**a" * 1000,
    "1. " * 1000,
    "https://" + "a" * 3000,
    "wide\u3000\u2003\u2003\u2003" * 100,
)
LONG_NAME = "N" * 10_000


def payloads() -> list[str]:
    """Give all of them, more than 300, each once."""
    lines = (Path(__file__).parent / "payloads.txt").read_text("utf-8").splitlines()
    hidden = [f"{LTR}{mark}{RTL}{mark}{LTR} <b>{mark}" for mark in INVISIBLE]
    return list(dict.fromkeys([*lines, *hidden, *TRICKS]))
