"""Where releases of transformers differ, and what it would print: one place for both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

from transformers import LlamaForCausalLM
from transformers.utils import logging as _logging

logging: Any = _logging

CACHE = "cache" if "cache" in signature(LlamaForCausalLM.forward).parameters else "past_key_values"
"""What models call the argument with the states of what was read before: renamed in transformers 5.24."""


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars inside: for work that is short, or that has a bar of its own."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
