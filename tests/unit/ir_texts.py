"""IR for tests, written as text."""

from __future__ import annotations

from pawc.base.source import Source
from pawc.ir.nodes import Module
from pawc.ir.parser import parse_module

HASH = "ab" * 32


def module(text: str) -> Module:
    """The module that a text stands for; `HASH` in it is a sha256."""
    return parse_module(Source("test.ir", text.replace("HASH", HASH)))


CHECKED = """
module "mail" checked
import "lib/answers" as ans using short
import "std.text" as text
source "mail.paw" sha256 "HASH"
declare @lib/answers.short(message: text) -> text

neural @mail.urgency(message: text) -> "now" | "later" {
  spec "Classify."
       " In one word."
  option max_tokens = 3
  example ("Fire!") -> "now"
}

neural @mail.level(message: text, limit: int) -> int {
  spec "How bad?"
}

composed @mail.route(message: text, mails: list<text>) -> text {
  %0: "now" | "later" = call @mail.urgency(%message)
  %1: text = match %0 {
    case "now" {
      %2: text = const "page: "
      %3: text = concat(%2, %message)
      yield %3
    }
    default {
      %4: text = call @lib/answers.short(%message)
      yield %4
    }
  }
  %5: list<"now" | "later"> = map[0] @mail.urgency(%mails)
  %6: {all: list<"now" | "later">, one: text} = record(all: %5, one: %1)
  %7: text = field %6 . one
  %8: list<text> = list(%7, %1)
  %9: text = call @std.text.join(%8, %7)
  yield %9
}

test @mail.urgency at least 0.5 {
  case ("Picnic") -> "later"
}
"""

COMPILED = """
module "mail" compiled
neural @mail.urgency(message: text) -> "now" | "later" {
  spec "Classify."
  program level 2 interpreter "HASH" {
    tokens 1 2 3
    prefix length 3 bits 4 group 0 {
      data "HASH" U8[2, 2, 1, 3, 4]
      scales "HASH" F16[22, 2]
    }
    report steps = 60
  }
}
"""

LINKED = """
module "mail" linked
entry @mail.main
export @mail.main
neural @lib.urgency(message: text) -> "now" | "later" {
  spec "Classify."
  program level 0 interpreter "HASH" {
    tokens 1 2 3
  }
}
composed @mail.main(message: text) -> "now" | "later" {
  %0: "now" | "later" = call @lib.urgency(%message)
  yield %0
}
"""
