"""Wording: a statement of a function -> a specification, in one of many frames."""

from __future__ import annotations

from dataclasses import dataclass

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.function import Function, Statement


@dataclass(frozen=True)
class Frame:
    """A text with places for the clause (`{do}`, `{Do}`), the input, the output, and each note behind `joint`."""

    text: str
    joint: str = " "


_LINES = (
    "{Do}. Return {out}.{notes}",
    "{Do}.{notes}",
    "{Do}.{notes} The output is {out}.",
    "Given {given}, {do}. Output {out}.{notes}",
    "The input is {given}. {Do}. Print {out}.{notes}",
    "You get {given}. {Do} and return {out}.{notes}",
    "You are given {given}. Your task is to {do}. Answer with {out}.{notes}",
    "Can you {do}? The input is {given}. Answer with {out}.{notes}",
    "I have {given} and need you to {do}. Give me {out}.{notes}",
    "{Given} comes in; {do}. What goes out is {out}.{notes}",
    "Please {do}. What I send is {given}; send back {out}.{notes}",
    "Act as a filter: read {given}, {do}, write {out}.{notes}",
    "Step 1: read {given}. Step 2: {do}. Step 3: print {out}.{notes}",
    "This is part of a data pipeline. Input: {given}. {Do}. The next stage parses {out}.{notes}",
    "Read {given} and {do}. The reply must be {out}.{notes}",
    "Every input is {given}. {Do}. Respond with {out}; no explanation.{notes}",
    "Our importer gets {given}. It has to {do}. It writes {out}.{notes}",
    "When given {given}, {do}. Emit {out}.{notes}",
    "What we need: {do}. What comes in: {given}. What must come out: {out}.{notes}",
    "For {given}: {do}. Reply with {out}.{notes}",
    "Take {given}. {Do}. Output {out} and stop there.{notes}",
    "Goal: {do}. Input: {given}. Expected output: {out}.{notes}",
    "Write a function that takes {given}. It must {do}. It returns {out}.{notes}",
    "A user pastes {given}. {Do}, and show {out}.{notes}",
    "Do one thing only: {do}. The input will be {given}, the output has to be {out}.{notes}",
    "Look at the input, {given}. {Do}. Your whole answer is {out}.{notes}",
    "Imagine a clerk who receives {given}. The clerk must {do}, and passes on {out}.{notes}",
    "Q: How do I {do}, given {given}? A: Return {out}.{notes}",
    "It is your job to {do}. Source: {given}. Result: {out}.{notes} Follow this to the letter.",
    "{Do}. Input: {given}. Output: {out}.{notes} Never add comments or explanations.",
    "{given}: {do} -> {out}.{notes}",
    "{do}; {out}.{notes}",
    "in: {given} / out: {out} / do: {do}.{notes}",
    "Whenever I paste {given}, {do}. All I want back is {out}.{notes}",
    "Somebody hands you {given}. What you do: {do}. What you hand back: {out}.{notes}",
    "The tool sees {given} and shall {do}; on its output stands {out}.{notes}",
    "Read this first.{notes} The job is to {do}. In comes {given}, out goes {out}.",
    "Output {out}, made from {given} in this way: {do}.{notes}",
    "From {given} to {out}: {do}.{notes}",
    "Prompt for a small model: {do}. It is shown {given} and answers with {out}.{notes}",
    "No chatter. {Do}. I give you {given}; you give me {out}.{notes}",
    "There will be many inputs, each of them {given}. For every one, {do}. One output for each: {out}.{notes}",
    "We used to have a person who would {do}. Now you do it: {given} in, {out} out.{notes}",
    "{Out}, please, for {given}: {do}.{notes}",
    "hey, can you {do}? you'll see {given}, i only need {out}.{notes}",
    "As a user I want to send {given} and have the system {do}, so that I get {out}.{notes}",
)
FRAMES = (
    *map(Frame, _LINES),
    Frame("Input: {given}\nTask: {Do}\nOutput: {out}{notes}", "\nNote: "),
    Frame("- input: {given}\n- task: {do}\n- output: {out}{notes}", "\n- "),
    Frame("# {Do}\n# in:  {given}\n# out: {out}{notes}", "\n# "),
    Frame('"""{Do}.\n\nArgs:\n    text: {given}.\nReturns:\n    {out}.{notes}\n"""', "\n    "),
    Frame(
        'def answer(text: str) -> str:\n    """{Do}.\n\n    text is {given}. Returns {out}.{notes}\n    """', "\n    "
    ),
    Frame("TASK\n{Do}.\n\nINPUT\n{given}\n\nOUTPUT\n{out}{notes}", "\n"),
    Frame("task: {do}\ninput: {given}\noutput: {out}{notes}", "\nrule: "),
    Frame("// {Do}.\n// @param text {given}\n// @returns {out}{notes}", "\n// "),
    Frame("* {Do}.\n* The input is {given}.\n* Print {out}.{notes}", "\n* "),
    Frame("## {Do}\n\nThe input is {given}. Return {out}.{notes}"),
    Frame("<input>{given}</input>\n<task>{Do}.{notes}</task>\n<output>{out}</output>"),
    Frame("reads:  {given}\ndoes:   {do}\nwrites: {out}{notes}", "\nalso:   "),
    Frame("**Task.** {Do}.\n**Input.** {Given}.\n**Output.** {Out}.{notes}", "\n**Note.** "),
    Frame("1. Take {given}.\n2. {Do}.\n3. Return {out}.{notes}", "\n* "),
)
_EXAMPLES = (
    "For example, {!r} gives {!r}.",
    "Example: {!r} -> {!r}.",
    "So {!r} becomes {!r}.",
    "E.g. in: {!r}, out: {!r}.",
    "With {!r} the answer is {!r}.",
)
_POLITE = ("Hello! ", "Thanks for helping. ", "New rule for the desk. ", "Task for today: ", "Hi, ")


def write(draw: Draw, function: Function, statement: Statement, example: tuple[str, str] | None = None) -> str:
    """One specification, with the function's rules in it, sometimes a hint, and an example where one is given."""
    frame = draw.choice(FRAMES)
    notes = [*function.rules, *statement.notes]
    if function.hints and draw.chance(0.4):
        notes.append(draw.choice(function.hints))
    if example:
        notes.append(draw.choice(_EXAMPLES).format(*example))
    given = draw.choice(function.given)
    text = frame.text.format(
        do=statement.do,
        Do=_capital(statement.do),
        given=given,
        Given=_capital(given),
        out=statement.out,
        Out=_capital(statement.out),
        notes="".join(frame.joint + note for note in notes),
    )
    return draw.choice(_POLITE) + text if "\n" not in text and draw.chance(0.12) else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
