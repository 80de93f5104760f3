"""Traces of reasoning: the final answer behind the marks that a house uses, the choice, the verdict, a step."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.vocabulary import CITIES, THINGS

_STEPS = (
    "First I add {a} and {b}.",
    "There are {a} {t}s to begin with.",
    "That leaves {b}.",
    "We need half of {a}.",
    "Each {t} counts for {b}.",
    "So far the total is {a}.",
    "Checking again: {a} minus {b}.",
    "The {t} does not matter here.",
    "It could be {a}, but no.",
    "Let me think about the {t}.",
)
GIVEN = ("a model's reasoning with its answer", "a worked solution", "the thoughts of a solver", "a chain of reasoning")


def steps(draw: Draw, low: int = 1, high: int = 4) -> str:
    """Some sentences of reasoning."""
    values = {"a": draw.randint(2, 90), "b": draw.randint(2, 90), "t": draw.choice(THINGS)}
    return " ".join(draw.choice(_STEPS).format(**values) for _ in range(draw.randint(low, high)))


@family("extraction")
def final_answer(draw: Draw) -> Function:
    """What stands behind the mark of the final answer."""
    before, after = draw.choice(
        (
            ("The answer is ", "."),
            ("#### ", ""),
            ("\\boxed{", "}"),
            ("Answer: ", ""),
            ("<answer>", "</answer>"),
            ("Therefore, ", "."),
            ("**", "**"),
            ("=> ", ""),
            ("FINAL: ", ";"),
        )
    )
    shown = f"{before}...{after}"
    optional = draw.chance(0.35)
    kind = draw.choice(("number", "word", "both"))

    def case(draw: Draw) -> Case:
        if optional and draw.chance(0.3):
            return steps(draw, 1, 3), None
        answer = draw.choice(
            ([str(draw.randint(1, 2000))] if kind != "word" else [])
            + ([draw.choice(CITIES), draw.choice(THINGS)] if kind != "number" else [])
        )
        return f"{steps(draw)}{draw.choice((' ', chr(10)))}{before}{answer}{after}", answer

    def reference(text: str) -> Value:
        match = re.search(f"{re.escape(before)}([^.;*<}}]+){re.escape(after)}$", text)
        return match[1] if match else None

    return Function(
        given=GIVEN,
        answer=Single(
            key=draw.choice(("answer", "final", "result")),
            do=(
                "extract the final answer",
                "give the final answer only",
                "find what the solver answers",
                "return the answer at the end",
            ),
            optional=optional,
        ),
        draw=case,
        reference=reference,
        rules=(f"The final answer is written as {shown}",),
        stated=(shown,),
    )


@family("classification")
def chosen_option(draw: Draw) -> Function:
    """The letter that a solver settles on, among letters that it considers."""
    count = draw.choice((3, 4, 5))
    letters = "ABCDE"[:count]
    mark = draw.choice(("I choose {}.", "My answer: ({})", "So it must be {}.", "Final choice {}"))
    shown = mark.format("X")
    pattern = re.compile(re.escape(mark).replace(r"\{\}", "([A-E])"))
    musings = ("Option {} looks wrong.", "{} is possible.", "{} says too much.", "I am not sure about {}.")

    def case(draw: Draw) -> Case:
        letter = draw.choice(letters)
        thoughts = " ".join(draw.choice(musings).format(draw.choice(letters)) for _ in range(draw.randint(1, 3)))
        return f"{thoughts} {mark.format(letter)}", letter

    def reference(text: str) -> Value:
        match = pattern.search(text)
        return match[1] if match else None

    return Function(
        given=("a solver's thoughts about a multiple-choice question", "reasoning that ends in a choice"),
        answer=Choice(when={letter: f"the solver settles on {letter}" for letter in letters}),
        draw=case,
        reference=reference,
        rules=(f"The choice is written as: {shown}",),
        stated=(shown,),
    )


@family("classification")
def verdict(draw: Draw) -> Function:
    """Whether a review ends well, by its last line or by a score."""
    limit, most = draw.choice(((5, 10), (6, 10), (7, 10), (3, 5), (50, 100), (70, 100)))
    shape = draw.choice(("Score: {}/{}", "I give it {} out of {}.", "Rating {} of {}", "{}/{} points"))

    def case(draw: Draw) -> Case:
        good = draw.chance(0.5)
        score = draw.randint(limit, most) if good else draw.randint(0, limit - 1)
        return f"{steps(draw, 1, 2)} {shape.format(score, most)}", good

    def reference(text: str) -> bool:
        score, _ = re.findall(r"\d+", text)[-2:]
        return int(score) >= limit

    return Function(
        given=("a review with a score at its end", "the report of a grader", "a grader's remarks and score"),
        answer=Decision(
            holds=(
                f"the score is {limit} or more out of {most}",
                f"the score of {most} possible points is at least {limit}",
            ),
            fails=(f"the score out of {most} is below {limit}", f"fewer than {limit} of {most} points are given"),
        ),
        draw=case,
        reference=reference,
        stated=(str(limit), str(most)),
    )


@family("extraction")
def numbered_step(draw: Draw) -> Function:
    """One step of a numbered list."""
    which = draw.choice(("first", "second", "last"))
    shape = draw.choice(("{}. {}", "{}) {}", "Step {}: {}", "[{}] {}"))
    joint = draw.choice((" ", "\n"))
    actions = (
        "open the {}",
        "clean the {}",
        "move the {}",
        "count the {}s",
        "paint the {}",
        "lift the {}",
        "sell the {}",
        "repair the {}",
    )

    def case(draw: Draw) -> Case:
        done = [draw.choice(actions).format(draw.choice(THINGS)) for _ in range(draw.randint(3, 5))]
        return joint.join(shape.format(at, text) for at, text in enumerate(done, start=1)), done[
            {"first": 0, "second": 1, "last": -1}[which]
        ]

    def reference(text: str) -> str:
        marks = re.escape(shape).replace(r"\{\}", r"\d+", 1).replace(r"\ \{\}", " ?")
        parts = [part.strip() for part in re.split(marks, text) if part.strip()]
        return parts[{"first": 0, "second": 1, "last": -1}[which]]

    return Function(
        given=("a numbered plan", "a list of numbered steps", "a recipe of steps"),
        answer=Single(
            key="step",
            do=tuple(f"{verb} the {which} step, without its number" for verb in ("give", "extract", "copy", "write")),
        ),
        draw=case,
        reference=reference,
        stated=(f"{which} step",),
    )
