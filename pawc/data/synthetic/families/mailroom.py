"""Mails taken apart: headers, subjects, signatures, quoted lines, answers to an invitation."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Fields, Rewrite, Single
from pawc.data.synthetic.function import Answer, Case, Function, Value, Wordings, family
from pawc.data.synthetic.lexicon import ROLES
from pawc.data.synthetic.saying import capital, finishing, ways
from pawc.data.synthetic.vocabulary import CITIES, COMPANIES, FIRST_NAMES, PRODUCTS, WEEKDAYS, each


def _address(draw: Draw) -> str:
    user = draw.choice((draw.choice(FIRST_NAMES), draw.choice(("info", "office", "sales", "news"))))
    return f"{user.lower()}@{draw.choice(COMPANIES).lower()}.{draw.choice(('test', 'example'))}"


@family("extraction")
def mail_header(draw: Draw) -> Function:
    """One or two lines of a mail's header, or whether there is one."""
    keys = ("From", "To", "Subject", "Date", "Cc", "Reply-To")
    act = draw.choice(("one", "one", "two", "whether"))
    wanted = draw.sample(keys, 2 if act == "two" else 1)

    def value(draw: Draw, key: str) -> str:
        if key == "Subject":
            return draw.choice((draw.phrase(), f"{draw.choice(('Re: ', ''))}your {draw.choice(PRODUCTS)}"))
        if key == "Date":
            return f"{draw.choice(WEEKDAYS)[:3]}, {draw.randint(1, 28)} May {draw.randint(2001, 2024)}"
        return draw.choice((_address(draw), f"{draw.name()} <{_address(draw)}>"))

    def case(draw: Draw) -> str:
        most = [key for key in keys if key not in wanted]
        chosen = draw.sample(most, draw.randint(2, 4)) + [key for key in wanted if act == "two" or draw.chance(0.65)]
        draw.shuffle(chosen)
        text = "\n".join(f"{key}: {value(draw, key)}" for key in chosen)
        return f"{text}\n\n{draw.filler()}" if draw.chance(0.35) else text

    def reference(text: str) -> Value:
        found = dict(line.split(": ", 1) for line in text.partition("\n\n")[0].split("\n"))
        if act == "two":
            return {key.lower(): found[key] for key in wanted}
        return wanted[0] in found if act == "whether" else found.get(wanted[0])

    key = wanted[0]
    answer: Answer
    match act:
        case "two":
            answer = Fields(nouns={key.lower(): f"the value of {key}" for key in wanted})
        case "whether":
            answer = Decision(
                holds=(f"the header has a {key} line", f"there is a line {key}: in the header"),
                fails=(f"the header lacks a {key} line", f"no line of the header starts with {key}:"),
            )
        case _:
            answer = Single(
                key=key.lower(),
                do=ways("extract, copy, give, read off", f"the {key} of the mail", f"what stands in the {key} line"),
                optional=True,
            )
    return Function(
        given=(
            "the header of an e-mail",
            "the head of a mail, perhaps with a line of the mail",
            "header lines of a mail",
        ),
        answer=answer,
        draw=case,
        reference=reference,
        stated=(key,),
    )


@family("transformation")
@finishing
def subject_line(draw: Draw) -> Function:
    """Subjects without Re: and Fwd:, with a tag in front, or how often they were answered."""
    act, tag = (
        draw.choice(("clean", "reply", "tag", "untag", "depth")),
        draw.choice(("ext", "team", "spam?", "FYI", "help")),
    )
    prefix = re.compile(r"^(?:(?:Re|RE|Fwd|FW|Aw): ?)+")

    def case(draw: Draw) -> str:
        text = draw.choice((capital(draw.phrase()), f"Your {draw.choice(PRODUCTS)}", f"Trip to {draw.choice(CITIES)}"))
        front = "".join(draw.choice(("Re: ", "RE: ", "Fwd: ", "FW: ")) for _ in range(draw.choice((0, 1, 1, 2, 3))))
        inner = f"[{draw.choice((tag, 'list', 'news'))}] " if act == "untag" and draw.chance(0.75) else ""
        return front + inner + text if act != "untag" else inner + text

    def reference(text: str) -> str:
        bare = prefix.sub("", text)
        match act:
            case "clean":
                return bare
            case "reply":
                return f"Re: {bare}"
            case "tag":
                return text if text.startswith(f"[{tag}]") else f"[{tag}] {bare}"
            case "untag":
                return re.sub(r"^\[[^]]*\] ", "", text)
            case _:
                return str(len(re.findall(r"\b(?:Re|RE|Fwd|FW):", text)))

    do: Wordings = {
        "clean": (
            "remove every Re: and Fwd: (or FW:) in front of the subject",
            "give the subject without Re:, RE:, Fwd:, FW:",
        ),
        "reply": (
            'write the subject of an answer: a single "Re: " in front, whatever Re: or Fwd: was there before',
            "strip all Re:, RE:, Fwd: and FW: and put one Re: in front",
        ),
        "tag": (
            f'put "[{tag}]" in front of the subject and remove Re:, RE:, Fwd: and FW:',
            f'replace all Re:, RE:, Fwd:, FW: at the start by "[{tag}]", and put it there if there are none',
        ),
        "untag": ("remove the tag in square brackets, if there is one", "give the subject without a leading [tag]"),
        "depth": (
            "count how many times Re: or Fwd: (also RE:, FW:) stand there",
            "give the number of Re:/RE:/Fwd:/FW: marks",
        ),
    }[act]
    return Function(
        given=("the subject of a mail", "a subject line", "a mail's subject"),
        answer=Single(key="count", do=do) if act == "depth" else Rewrite(do=do, what="subject"),
        draw=case,
        reference=reference,
        stated=(f'"[{tag}]"',) if act == "tag" else (),
    )


@family("extraction")
def signature(draw: Draw) -> Function:
    """A signature block: name, role, firm, phone extension."""
    joint = draw.choice((" | ", "\n", ", ", " - ", " / "))
    keys = draw.sample(("name", "role", "firm", "extension"), 4)
    nouns = {"name": "the person's name", "role": "the job title", "firm": "the company", "extension": "the extension"}
    chosen = draw.sample(keys, draw.choice((1, 1, 2, 3)))
    roles = each("Head of|Assistant,|Senior|Junior|Deputy", "|")
    fields = each("Sales|Design|Logistics|Research|Finance|Training", "|")

    def case(draw: Draw) -> Case:
        role = draw.choice(
            (
                f"{draw.choice(('Senior', 'Junior', 'Chief'))} {capital(draw.choice(ROLES))}",
                f"{roles[0]} {draw.choice(fields)}",
            )
        )
        firm = f"{draw.choice(COMPANIES)} {draw.choice(('Ltd', 'Inc.', 'GmbH', 'Group'))}"
        found = {"name": draw.name(), "role": role, "firm": firm, "extension": f"ext. {draw.digits(3)}"}
        value = {key: found[key] for key in chosen} if chosen[1:] else found[chosen[0]]
        return joint.join(found[key] for key in keys), value

    def reference(text: str) -> Value:
        found = dict(zip(keys, text.split(joint), strict=True))
        return {key: found[key] for key in chosen} if chosen[1:] else found[chosen[0]]

    return Function(
        given=("a signature below a mail", "the signature block of a mail", "how somebody signs business mail"),
        answer=Fields(nouns={key: nouns[key] for key in chosen})
        if chosen[1:]
        else Single(key=chosen[0], do=ways("extract, give, copy, find", nouns[chosen[0]])),
        draw=case,
        reference=reference,
        stated=tuple(nouns[key] for key in chosen),
        rules=("An extension is written with ext. in front.",) if "extension" in chosen else (),
    )


@family("transformation")
def quoted_lines(draw: Draw) -> Function:
    """Lines that are quoted from an earlier mail: taken out, kept alone, counted."""
    mark, act = draw.choice(("> ", "| ", ">> ", ": ")), draw.choice(("own", "quoted", "count"))

    def case(draw: Draw) -> str:
        lines = [(draw.chance(0.5), draw.filler()) for _ in range(draw.randint(2, 4))]
        lines[0] = (not lines[1][0], lines[0][1])
        return "\n".join(f"{mark}{text}" if quoted else text for quoted, text in lines)

    def reference(text: str) -> str:
        lines = text.split("\n")
        if act == "own":
            return "\n".join(line for line in lines if not line.startswith(mark))
        quoted = [line.removeprefix(mark) for line in lines if line.startswith(mark)]
        return str(len(quoted)) if act == "count" else "\n".join(quoted)

    sign = mark.strip()
    do = {
        "own": (
            f'remove all lines that start with "{sign}"',
            f'keep the new text only: drop the lines with "{sign}" in front',
        ),
        "quoted": (
            f'keep only the lines that start with "{sign}", without that mark',
            f'give the quoted lines (those behind "{sign}") and take the mark off',
        ),
        "count": (f'count the lines that start with "{sign}"', f'give the number of quoted lines, marked "{sign}"'),
    }[act]
    return Function(
        given=("the answer to a mail with quoted lines", "a few lines of mail, some of them quoted", "a reply"),
        answer=Single(key="count", do=do) if act == "count" else Rewrite(do=do, what="lines"),
        draw=case,
        reference=reference,
        stated=(f'"{sign}"',),
    )


@family("classification")
def reply_to_invitation(draw: Draw) -> Function:
    """Whether somebody who was invited will come."""
    comes = each(
        "I would love to come|count me in|I'll be there|of course I am coming|see you on {w} then|"
        "{n} and I will join you|"
        "what a nice idea, yes|we accept with pleasure|put my name on the list",
        "|",
    )
    stays = each(
        "I'm afraid I can't make it|sadly I have to decline|{w} does not work for me|I will be away on {w}|"
        "count me out this time|we cannot come after all|I have to stay at home with {n}|"
        "maybe another time, not on {w}",
        "|",
    )

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        text = draw.choice(comes if wanted else stays).format(w=draw.choice(WEEKDAYS), n=draw.choice(FIRST_NAMES))
        front = draw.choice(("", f"Dear {draw.choice(FIRST_NAMES)}, ", "Thanks for asking! ", "About the party: "))
        return f"{front}{text if front.endswith(', ') else capital(text)}.", wanted

    def reference(text: str) -> bool:
        marks = [re.sub(r"\{\w\}", r"\\w+", said) for said in stays]
        return not any(re.search(mark, text, re.IGNORECASE) for mark in marks)

    return Function(
        given=("the answer to an invitation", "a reply to our invitation", "what an invited guest writes"),
        answer=Decision(
            holds=("the person will come", "the invitation is accepted", "we can expect the writer at the party"),
            fails=("the person will not come", "the invitation is declined", "the writer stays away"),
        ),
        draw=case,
        reference=reference,
    )
