"""Around source code: comments, signatures, imports, notes to do, commit messages, branches, images, stack frames."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Fields, Listing, Rewrite, Single
from pawc.data.synthetic.function import Answer, Case, Function, Value, family
from pawc.data.synthetic.lexicon import many
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
        text = f"{draw.choice(each('remove rename split test move speed_up document')).replace('_', ' ')} the {draw.choice(THINGS)}"
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


_KINDS = each("fix feat docs test build style chore")


@family("extraction")
def commit_subject(draw: Draw) -> Function:
    """The first line of a commit, `fix(parser): handle tabs`: its parts, or the same in another form."""
    act = draw.choice(("type", "scope", "summary", "rewrite", "breaking"))
    target = draw.choice(("{t}: {s}", "[{t}] {s}", "{s} ({t})", "{t} | {s}"))
    shown = target.format(t="TYPE", s="SUMMARY")

    def case(draw: Draw) -> str:
        scope = f"({draw.choice(SERVICES)})" if draw.chance(0.6) else ""
        bang = "!" if act == "breaking" and draw.chance(0.5) else ""
        verb = draw.choice(each("handle rename drop support speed_up cache")).replace("_", " ")
        return f"{draw.choice(_KINDS)}{scope}{bang}: {verb} {draw.choice(ADJECTIVES)} {many(draw.choice(THINGS))}"

    def reference(text: str) -> Value:
        head, _, summary = text.partition(": ")
        kind, _, scope = head.rstrip("!").rstrip(")").partition("(")
        match act:
            case "rewrite":
                return target.format(t=kind, s=summary)
            case "breaking":
                return head.endswith("!")
            case _:
                return {"type": kind, "scope": scope or None, "summary": summary}[act]

    said = {
        "type": "the type (the word in front)",
        "scope": "the scope in parentheses",
        "summary": "the summary behind the colon",
    }
    answer: Answer
    if act == "breaking":
        answer = Decision(holds=("a ! stands in front of the colon",), fails=("no ! stands in front of the colon",))
    elif act == "rewrite":
        answer = Rewrite(do=ways("write it as, change the form to", f"{shown}, without the scope"), what="line")
    else:
        answer = Single(key=act, do=ways("extract, give, copy", said[act]), optional=act == "scope")
    return Function(
        given=("the first line of a commit message, type(scope): summary", "a commit subject like fix(core): mend it"),
        answer=answer,
        draw=case,
        reference=reference,
        stated=(shown,) if act == "rewrite" else (),
    )


@family("transformation")
def branch_name(draw: Draw) -> Function:
    """Ticket and title -> the name of a branch, by the pattern of the house; or the ticket of a branch."""
    pattern = draw.choice(("{k}/{t}-{s}", "{t}/{s}", "{t}_{s}", "{k}-{t}", "dev/{t}/{s}", "{s}--{t}", "{k}/{s}"))
    kind, backwards = draw.choice(each("feature fix task wip")), draw.chance(0.25) and "{t}" in pattern
    mark = draw.choice("-_") if "--" not in pattern else "-"
    shown = pattern.format(k=kind, t="TICKET", s="TITLE")

    def make(ticket: str, title: str) -> str:
        return pattern.format(k=kind, t=ticket, s=mark.join(title.lower().split()))

    def pair(draw: Draw) -> tuple[str, str]:
        return f"{draw.choice(('AB', 'CORE', 'OPS', 'WEB', 'X'))}-{draw.randint(1, 999)}", draw.phrase().capitalize()

    def case(draw: Draw) -> str:
        ticket, title = pair(draw)
        return make(ticket, title) if backwards else f"{ticket} {title}"

    def reference(text: str) -> str:
        if backwards:
            match = re.search(r"[A-Z]+-\d+", text)
            return match[0] if match else ""
        ticket, _, title = text.partition(" ")
        return make(ticket, title)

    said = f"the title in small letters with {mark} for each space"
    do = (
        ways("extract, give", f"the ticket from the branch, which is named {shown}")
        if backwards
        else ways("make a branch name of it:, name the branch", f"{shown}, {said}")
        if "{s}" in pattern
        else ways("make a branch name of it:, name the branch", shown)
    )
    return Function(
        given=("the name of a branch", "a branch")
        if backwards
        else ("a ticket and its title", "a ticket with a title"),
        answer=Single(key=draw.choice(("branch", "ticket", "name")) if not backwards else "ticket", do=do),
        draw=case,
        reference=reference,
        stated=(shown,),
    )


@family("extraction")
def image_tag(draw: Draw) -> Function:
    """Names of images, `registry/team/name:tag`: one part, or the tag replaced."""
    act, tag = (
        draw.choice(("registry", "name", "tag", "pin", "tagged")),
        draw.choice(("stable", "v2", "edge", "2024", "lts")),
    )

    def case(draw: Draw) -> str:
        host = f"{draw.choice(('registry', 'hub', 'images'))}.{draw.choice(THINGS)}.test/" if draw.chance(0.6) else ""
        team = f"{draw.choice(ADJECTIVES)}/" if draw.chance(0.6) or act == "registry" else ""
        version = (
            f":{draw.choice(('latest', f'{draw.randint(1, 9)}.{draw.randint(0, 20)}', 'dev', draw.choice(ADJECTIVES)))}"
        )
        return f"{host}{team}{draw.choice(SERVICES)}{version if draw.chance(0.7) else ''}"

    def reference(text: str) -> Value:
        path, _, found = text.partition(":")
        first, *_ = parts = path.split("/")
        match act:
            case "registry":
                return first if "." in first else None
            case "name":
                return parts[-1]
            case "tag":
                return found or None
            case "tagged":
                return bool(found)
            case _:
                return f"{path}:{tag}"

    said = {
        "registry": "the host of the registry",
        "name": "the bare name (behind the last slash, without tag)",
        "tag": "the tag",
    }
    answer: Answer
    if act == "tagged":
        answer = Decision(holds=("the image has a tag", "a tag stands behind a colon"), fails=("the image has no tag",))
    elif act == "pin":
        do = (f'set the tag to "{tag}", whether there was one or not', f'replace the tag, or add one: "{tag}"')
        answer = Rewrite(do=do, what="name")
    else:
        answer = Single(key=act, do=ways("extract, give, find", said[act]), optional=act != "name")
    return Function(
        given=("the name of a container image", "an image reference", "an image, perhaps with registry and tag"),
        answer=answer,
        draw=case,
        reference=reference,
        stated=(f'"{tag}"',) if act == "pin" else (),
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


_STATUS = {"A": "added", "M": "changed", "D": "deleted", "R": "renamed", "?": "unknown"}


@family("classification")
def change_line(draw: Draw) -> Function:
    """`M src/lamp.py`: what happened to a file, by the letters that the specification gives."""
    letters = draw.sample(sorted("AMDR?+~-"), draw.choice((3, 4)))
    words = draw.sample(sorted(_STATUS.values()), len(letters))
    layout = draw.choice(("{k} {p}", "{p} [{k}]", "{k}\t{p}", "({k}) {p}", "{p}: {k}"))
    of = dict(zip(letters, words, strict=True))

    def case(draw: Draw) -> str:
        path = "/".join((draw.choice(SERVICES), f"{draw.choice(THINGS)}.{draw.choice(('py', 'md', 'txt', 'c'))}"))
        return layout.format(k=draw.choice(letters), p=path)

    def reference(text: str) -> str:
        match = re.fullmatch(re.escape(layout).replace(r"\{k\}", "(.)").replace(r"\{p\}", r"[\w/.]+"), text)
        return of[match[1]] if match else ""

    when = {word: f"the mark of the file is {letter}" for letter, word in of.items()}
    return Function(
        given=(
            f"a changed file like {layout.format(k='X', p='a/b.py')}, where X is a mark",
            "a line with a file and a mark",
        ),
        answer=Choice(when=when),
        draw=case,
        reference=reference,
        stated=tuple(when.values()),
    )


@family("transformation")
def version_text(draw: Draw) -> Function:
    """Versions as texts: the v in front, the parts, a suffix; with nothing to calculate."""
    act = draw.choice(("strip", "add", "major", "minor", "suffix", "base", "stable", "underscores", "count"))

    def case(draw: Draw) -> str:
        numbers = ".".join(str(draw.randint(0, 20)) for _ in range(draw.choice((2, 3, 3, 4)) if act == "count" else 3))
        ending = f"-{draw.choice(('beta', 'rc1', 'dev', 'alpha', 'rc2'))}" if draw.chance(0.45) else ""
        front = draw.choice(("v", "V", "")) if act == "strip" else draw.choice(("v", "")) if act != "add" else ""
        return f"{front}{numbers}{ending}"

    def reference(text: str) -> Value:
        bare = text.lstrip("vV")
        base, _, ending = bare.partition("-")
        parts = base.split(".")
        return {
            "strip": bare, "add": f"v{bare}", "major": parts[0], "minor": parts[1], "suffix": ending or None,
            "base": base, "stable": not ending, "underscores": text.replace(".", "_"), "count": str(len(parts)),
        }[act]  # fmt: skip

    do = {
        "strip": ("remove the v or V in front, if there is one", "write the version without a leading v"),
        "add": ("put a v in front of the version", "write the version with v in front"),
        "major": ("give the first number of the version", "extract the major version (the first number)"),
        "minor": (
            "give the second number of the version",
            "extract the minor version (the number behind the first dot)",
        ),
        "suffix": ("extract what stands behind the hyphen", "give the part after the hyphen"),
        "base": (
            "give the numbers with their dots only, without v and suffix",
            "cut off the v and all from the hyphen on",
        ),
        "underscores": ("replace the dots by underscores", "write _ for every dot"),
        "count": ("count the numbers that the dots separate", "say how many numbers the version has"),
    }
    answer: Answer
    if act == "stable":
        answer = Decision(
            holds=("the version has no suffix such as -beta or -rc1",), fails=("a suffix such as -beta follows",)
        )
    else:
        answer = Single(key=draw.choice(("version", "value")), do=do[act], optional=act == "suffix")
    return Function(
        given=("a version", "a version number", "the version of a program"),
        answer=answer,
        draw=case,
        reference=reference,
    )
