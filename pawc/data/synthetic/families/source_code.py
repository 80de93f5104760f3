"""Source code: comments, notes to do, signatures, imports, stack frames."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Fields, Listing, Rewrite, Single
from pawc.data.synthetic.function import Answer, Case, Function, Value, family
from pawc.data.synthetic.saying import ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, FIRST_NAMES, SERVICES, THINGS, each

_CODE = (
    "{a} = load({n})",
    "return {a} + {n}",
    "send({a}, {b})",
    "{a}.append({b})",
    "if {a} > {n}:",
    "for {a} in {b}:",
    "print({a})",
    "{a} += {n}",
    "open({b}, {n})",
)


_REMARKS = each(
    "keep the old one|see the manual|never empty|slow but safe|in seconds|for the tests|not used yet|sorted by name|"
    "must come first|shared by all threads|do not move|the usual case|only once",
    "|",
)


def _code(draw: Draw) -> str:
    return draw.choice(_CODE).format(a=draw.choice(THINGS), b=draw.choice(THINGS), n=draw.randint(2, 99))


@family("extraction")
def code_comment(draw: Draw) -> Function:
    """The comment behind a line of code, the code without it, or whether there is one."""
    mark, said = draw.choice((("#", "#"), ("//", "//"), ("--", "--"), (";;", ";;"), ("%", "%")))
    act = draw.choice(("comment", "comment", "code", "whether"))

    def case(draw: Draw) -> Case:
        code, remark = _code(draw), draw.choice(_REMARKS) if draw.chance(0.65) else None
        text = f"{code}  {mark} {remark}" if remark else code
        return text, {"comment": remark, "code": code, "whether": remark is not None}[act]

    def reference(text: str) -> Value:
        code, found, remark = text.partition(f"  {mark} ")
        return {"comment": remark or None, "code": code, "whether": bool(found)}[act]

    answer: Answer
    match act:
        case "whether":
            answer = Decision(
                holds=(f"the line has a comment behind {said}", f"there is a comment, marked by {said}, in the line"),
                fails=(f"the line has no comment with {said}",),
            )
        case "code":
            do = ways("remove, cut off, strip", f"the comment (from {said} to the end of the line) and keep the code")
            answer = Rewrite(do=do, what="code")
        case _:
            do = ways("extract, give, copy", f"the comment, which starts with {said}, without that mark")
            answer = Single(key=draw.choice(("comment", "note")), do=do, optional=True)
    return Function(
        given=("a line of code", "one line of a program", "a statement, perhaps with a comment behind it"),
        answer=answer,
        draw=case,
        reference=reference,
        stated=(said,),
    )


@family("extraction")
def todo_note(draw: Draw) -> Function:
    """Notes of programmers, `TODO(ada): clean up`: their kind, owner, text."""
    shape = draw.choice(("{k}({o}): {t}", "{k} {o}: {t}", "{k}: {t} [{o}]", "@{o} {k} {t}", "{k} - {t} ({o})"))
    front, part = draw.choice(("# ", "// ", "/* ", "-- ", "<!-- ")), draw.choice(("k", "o", "t", "all"))
    names = {"k": "kind", "o": "owner", "t": "text"}
    nouns = {"k": "the kind of note (TODO, FIXME, ...)", "o": "the person who is named", "t": "what is to be done"}
    shown = shape.format(k="KIND", o="NAME", t="TEXT")

    def case(draw: Draw) -> Case:
        kind, owner = draw.choice(each("TODO FIXME XXX HACK NOTE")), draw.choice(FIRST_NAMES).lower()
        verb = draw.choice(each("remove|rename|split|test|move|speed up|document", "|"))
        text = f"{verb} the {draw.choice(THINGS)}"
        found = {"k": kind, "o": owner, "t": text}
        value: Value = {names[key]: found[key] for key in names} if part == "all" else found[part]
        return front + shape.format(**found), value

    def reference(text: str) -> Value:
        pattern = re.escape(front + shape).replace(r"\{k\}", "(?P<k>[A-Z]+)").replace(r"\{o\}", "(?P<o>[a-z]+)")
        match = re.fullmatch(pattern.replace(r"\{t\}", "(?P<t>[a-z ]+)"), text)
        found = match.groupdict() if match else {}
        return {names[key]: found[key] for key in names} if part == "all" else found[part]

    return Function(
        given=(f"a comment of the form {shown}", f"a note in source code, {shown}"),
        answer=Fields(nouns={names[key]: nouns[key] for key in names})
        if part == "all"
        else Single(key=names[part], do=ways("extract, give, read off", nouns[part])),
        draw=case,
        reference=reference,
        stated=(shown,),
    )


@family("extraction")
def signature_of_function(draw: Draw) -> Function:
    """Name, parameters, defaults of a function's first line."""
    shape = draw.choice(("def {n}({p}):", "function {n}({p}) {{", "fn {n}({p}) {{", "sub {n}({p})", "func {n}({p})"))
    act = draw.choice(("name", "parameters", "count", "first", "defaults"))

    def case(draw: Draw) -> str:
        items = draw.sample(THINGS, draw.randint(1, 4))
        listed = [f"{item}={draw.randint(0, 9)}" if draw.chance(0.35) else item for item in items]
        listed.sort(key=lambda item: "=" in item)
        return shape.format(
            n=f"{draw.choice(each('load send count find open draw'))}_{draw.choice(THINGS)}", p=", ".join(listed)
        )

    def reference(text: str) -> Value:
        match = re.search(r"(\w+)\((.*)\)", text)
        name, listed = (match[1], match[2].split(", ")) if match else ("", [])
        bare = tuple(item.partition("=")[0] for item in listed)
        match act:
            case "name":
                return name
            case "parameters":
                return bare
            case "defaults":
                return tuple(item.partition("=")[0] for item in listed if "=" in item)
            case "first":
                return bare[0]
            case _:
                return str(len(listed))

    do = {
        "name": ways("give, extract", "the name of the function", "the function's name alone"),
        "parameters": ways("list, give", "the names of all parameters, without default values"),
        "defaults": ways("list, give", "the parameters that have a default value (only their names)"),
        "first": ways("name, give", "the first parameter, without its default value"),
        "count": ways("count, give the number of", "the parameters", "the function's parameters"),
    }[act]
    return Function(
        given=("the first line of a function", "the head of a function definition", "a function's signature"),
        answer=Listing(do=do, what="parameters", optional=act == "defaults")
        if act in ("parameters", "defaults")
        else Single(key=draw.choice(("value", act)), do=do),
        draw=case,
        reference=reference,
    )


@family("extraction")
def import_line(draw: Draw) -> Function:
    """What a line of imports brings in, from where, under which name."""
    act = draw.choice(("module", "names", "alias", "top"))

    def case(draw: Draw) -> str:
        module = ".".join(draw.sample(SERVICES, draw.randint(1, 3)))
        if act in ("alias", "top") and draw.chance(0.5):
            return f"import {module}" + (f" as {draw.choice(THINGS)}" if draw.chance(0.6) else "")
        names = draw.sample(THINGS, draw.randint(1, 3) if act != "alias" else 1)
        ending = f" as {draw.choice(ADJECTIVES)}" if act == "alias" and draw.chance(0.6) else ""
        return f"from {module} import {', '.join(names)}{ending}"

    def reference(text: str) -> Value:
        module = text.split(" ")[1]
        names = text.partition(" import ")[2].partition(" as ")[0]
        alias = text.partition(" as ")[2]
        return {
            "module": module,
            "names": tuple(names.split(", ")),
            "alias": alias or None,
            "top": module.split(".")[0],
        }[act]

    do = {
        "module": ways("give, extract", "the module that is imported from", "the full dotted module behind from"),
        "names": ways("list, give", "the imported names", "what is imported, in order"),
        "alias": ways("give, extract", "the alias behind as", "the new name that as introduces"),
        "top": ways(
            "give, extract", "the top-level package (up to the first dot)", "the first part of the module's name"
        ),
    }[act]
    return Function(
        given=("an import statement of Python", "a line that imports something", "one import"),
        answer=Listing(do=do, what="names", optional=False)
        if act == "names"
        else Single(key=draw.choice((act, "name")), do=do, optional=act == "alias"),
        draw=case,
        reference=reference,
    )


@family("extraction")
def stack_frame(draw: Draw) -> Function:
    """A frame of a stack trace in a made-up layout: file, line, function."""
    layout = draw.choice(
        (
            "at {f} ({p}:{n})",
            "{p}({n}) in {f}",
            "#3 {f} [{p}, line {n}]",
            "{f}@{p}:{n}",
            "<{p}|{n}|{f}>",
            "{n}: {p} -> {f}()",
        )
    )
    names = {"f": "function", "p": "file", "n": "line"}
    nouns = {"f": "the function", "p": "the file", "n": "the line number"}
    chosen = draw.sample(sorted(names), draw.choice((1, 1, 2, 3)))

    def case(draw: Draw) -> Case:
        folder = draw.choice(("", f"{draw.choice(SERVICES)}/", f"src/{draw.choice(ADJECTIVES)}/"))
        found = {
            "f": draw.choice((f"{draw.choice(each('load send run open'))}_{draw.choice(THINGS)}", draw.choice(THINGS))),
            "p": f"{folder}{draw.choice(THINGS)}.{draw.choice(('py', 'js', 'c', 'rs'))}",
            "n": str(draw.randint(2, 900)),
        }
        return layout.format(**found), _fields(found)

    def _fields(found: dict[str, str]) -> Value:
        return {names[key]: found[key] for key in chosen} if chosen[1:] else found[chosen[0]]

    def reference(text: str) -> Value:
        pattern = re.escape(layout).replace(r"\{f\}", r"(?P<f>\w+)").replace(r"\{p\}", r"(?P<p>[\w/]+\.\w+)")
        match = re.fullmatch(pattern.replace(r"\{n\}", r"(?P<n>\d+)"), text)
        return _fields(match.groupdict()) if match else None

    return Function(
        given=("a frame of a stack trace", "one line of a stack trace", "where a program stopped"),
        answer=Fields(nouns={names[key]: nouns[key] for key in chosen})
        if chosen[1:]
        else Single(key=names[chosen[0]], do=ways("extract, give, find", nouns[chosen[0]])),
        draw=case,
        reference=reference,
        stated=tuple(nouns[key] for key in chosen),
    )
