"""The page's content policy: nothing is fetched, and nothing runs or styles but what was written into it."""

import base64
import hashlib
from collections.abc import Sequence

NONE = "'none'"


def content_policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return the policy of a page with exactly these scripts and style sheets in it.

    Without ``unsafe-eval`` and ``unsafe-inline``: each script and style sheet is known by the SHA-256 of its text.
    """
    return "; ".join(
        [
            f"default-src {NONE}",
            f"script-src {' '.join(map(digest, scripts)) or NONE}",
            f"style-src {' '.join(map(digest, styles))}",
            "img-src data:",
            f"base-uri {NONE}",
            f"form-action {NONE}",
        ]
    )


def digest(text: str) -> str:
    """Return a text as a source of a policy."""
    hashed = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{hashed}'"
