"""The control page, and the Content-Security-Policy that allows only the page's own script."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("page.html")


@dataclass(frozen=True)
class Page:
    """The page and the value of its header Content-Security-Policy."""

    html: str
    policy: str


def load_page() -> Page:
    html = FILE.read_text(encoding="utf-8")
    policy = {
        "default-src": "'none'",
        "script-src": _hash(html, "script"),
        "style-src": _hash(html, "style"),
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return Page(html, "; ".join(f"{name} {value}" for name, value in policy.items()))


def _hash(html: str, element: str) -> str:
    """Return the hash of the page's only element of this name, in the form for the policy."""
    (content,) = re.findall(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"
