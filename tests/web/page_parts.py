"""The page's own code, asked from Python: requests in, what its parts say out (`parts.mjs`)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "web" / "lib" / "tokenizers.mjs").exists(),
    reason="needs node, and the page's libraries (`make web`)",
)


def ask(requests: list[dict[str, Any]]) -> list[Any]:
    """What the page's parts answer; a coded error is its code."""
    command = ["node", str(Path(__file__).with_name("parts.mjs"))]
    done = subprocess.run(command, input=json.dumps(requests), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [answer["done"] if "done" in answer else answer["error"] for answer in json.loads(done.stdout)]
