"""Around a repository: commit subjects, branches, container images, changed files, versions as texts."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Rewrite, Single
from pawc.data.synthetic.function import Answer, Function, Value, family
from pawc.data.synthetic.lexicon import many
from pawc.data.synthetic.saying import ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, SERVICES, THINGS, each

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
