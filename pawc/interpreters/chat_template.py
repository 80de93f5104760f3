"""A model's chat template -> the markup that stands between the texts of a conversation.

Chat templates are programs (jinja) over lists of messages. A program as weights is laid out the same way for
every input, so the template is asked once: conversations of sentinels are rendered, and what stands between the
sentinels is the markup.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

SPEC, INPUT, OUTPUT, NEXT = "\u2983spec\u2984", "\u2983input\u2984", "\u2983output\u2984", "\u2983next\u2984"
Messages = list[dict[str, str]]

_ATOMS = re.compile(r"<[^<>\s]+>|\[[^\[\]\s]+\]|.", re.DOTALL)


class UnusableTemplateError(Exception):
    """The template refuses plain conversations, or changes the texts in them."""


def plain_pieces(begin: str, end: str) -> dict[str, str]:
    """The markup for a model without a chat template; `begin` and `end` are its tokens around a text, if it has any."""
    return {
        "start": begin,
        "after_spec": "\n\n",
        "before_input": "Input:\n",  # a line end, not a space: texts are tokenised on their own
        "after_input": "\nOutput:\n",
        "after_output": end + "\n\n",
    }


def chat_pieces(template: str, special: dict[str, str]) -> dict[str, str]:
    """The markup of a chat template; `special` are the tokens it may name (`bos_token`, `eos_token`).

    With S, U, A and N for the texts, the template renders `start S p U after_input A q N after_input`. The rendering
    of S alone, and of S, U, A, tell where in `p` and `q` a turn closes and the next one opens; where a template
    does not close turns on their own, what `p` and `q` end with in common opens a turn.
    """
    render = _renderer(template, special)
    system: Messages = [{"role": "system", "content": SPEC}]
    user, answer, following = (
        {"role": role, "content": text} for role, text in (("user", INPUT), ("assistant", OUTPUT), ("user", NEXT))
    )
    try:
        whole = render([*system, user, answer, following], True)
    except TemplateError:  # no system role: the specification opens the first user turn
        system = []
        user = {"role": "user", "content": f"{SPEC}\n\n{INPUT}"}
        whole = _render_or_refuse(render, [user, answer, following])
    parts = re.split("|".join(map(re.escape, (SPEC, INPUT, OUTPUT, NEXT))), whole)
    if len(parts) != 5:
        raise UnusableTemplateError("it does not show each message once")
    start, first, _, later, after_input = parts
    after_spec = _closing(render, system, SPEC) if system else ""
    after_output = _closing(render, [*system, user, answer], OUTPUT)
    opening = first.removeprefix(after_spec)
    if not (first.startswith(after_spec) and later == after_output + opening and after_output):
        opening = _common_ending(first, later)
        after_spec, after_output = first.removesuffix(opening), later.removesuffix(opening)
    if not after_output:
        raise UnusableTemplateError("nothing ends an answer")
    return {
        "start": start,
        "after_spec": after_spec,
        "before_input": opening,
        "after_input": after_input,
        "after_output": after_output,
    }


def _render_or_refuse(render: Any, messages: Messages) -> str:
    """The rendering of messages with the answer's turn opened, or UnusableTemplateError."""
    try:
        text: str = render(messages, True)
    except TemplateError as error:
        raise UnusableTemplateError(str(error)) from error
    return text


def _renderer(template: str, special: dict[str, str]) -> Any:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )

    def raise_exception(message: str) -> NoReturn:
        raise TemplateError(message)

    environment.globals["raise_exception"] = raise_exception  # no `strftime_now`: a layout must not change by the day
    try:
        compiled = environment.from_string(template)
    except TemplateError as error:
        raise UnusableTemplateError(str(error)) from error

    def render(messages: Messages, open_answer: bool) -> str:
        try:
            return compiled.render(
                messages=messages, add_generation_prompt=open_answer, enable_thinking=False, **special
            )
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateError(str(error)) from error

    return render


def _closing(render: Any, messages: Messages, last: str) -> str:
    """What the template writes after the last text of complete messages."""
    try:
        _, found, closing = render(messages, False).rpartition(last)
    except TemplateError:
        return ""
    return closing if found else ""


def _common_ending(one: str, other: str) -> str:
    """The longest ending that two markups share, without splitting `<...>` or `[...]`."""
    shared: list[str] = []
    for a, b in zip(reversed(_ATOMS.findall(one)), reversed(_ATOMS.findall(other)), strict=False):
        if a != b:
            break
        shared.append(a)
    return "".join(reversed(shared))
