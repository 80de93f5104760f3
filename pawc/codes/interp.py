"""Codes of interpreters and their store."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = ()
