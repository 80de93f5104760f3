"""What people paste from the web: addresses, links, tags."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.finding import Thing, find
from pawc.data.synthetic.forms import Rewrite, Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.vocabulary import ADJECTIVES, ANIMALS, COMPANIES, FIRST_NAMES, LAST_NAMES, THINGS

_ENDS = ("com", "org", "net", "io", "dev", "co.uk", "example")


def host(draw: Draw) -> str:
    """A host name: `shop.cobalt.io`."""
    sub = draw.choice(("", "", "www.", "shop.", "docs.", "mail.", "api."))
    name = draw.choice(COMPANIES).lower() + draw.choice(("", "", "-labs", draw.choice(THINGS)))
    return f"{sub}{name}.{draw.choice(_ENDS)}"


def _plain(word: str) -> str:
    return word.lower().replace("ö", "o")


def email_address(draw: Draw) -> str:
    """An address: `ada.berger@cobalt.io`."""
    first, last = _plain(draw.choice(FIRST_NAMES)), _plain(draw.choice(LAST_NAMES))
    user = draw.choice(
        (f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}", f"{first}{draw.randint(1, 99)}", f"{first}+news")
    )
    return f"{user}@{host(draw).removeprefix('www.')}"


def link(draw: Draw) -> str:
    """A link with a path: `https://docs.cobalt.io/lamp/12`."""
    path = "/".join(draw.some((*THINGS, "2024", "v2", "index.html"), 0, 3))
    query = f"?{draw.choice(('id', 'page', 'ref'))}={draw.randint(1, 999)}" if draw.chance(0.2) else ""
    return f"{draw.choice(('https', 'https', 'http'))}://{host(draw)}/{path}{query}"


def _many(name: str) -> str:
    return f"{name}es" if name.endswith("ss") else f"{name}s"


@family("extraction")
def email(draw: Draw) -> Function:
    """E-mail addresses in a message."""
    name = draw.choice(("e-mail address", "email address", "email"))
    return find(
        draw,
        Thing(
            key=draw.choice(("email", "mail", "address", "contact")),
            one=name,
            many=_many(name),
            pattern=re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
            make=email_address,
            carriers=(
                "please write to {x}.",
                "you can reach me at {x}.",
                "{x} is my new address.",
                "the invoice goes to {x}, not to me.",
                "forward it to <{x}>.",
            ),
            hints=("Leave out brackets and a full stop around it.", "Case stays as it is."),
        ),
    )


@family("extraction")
def url(draw: Draw) -> Function:
    """Links in a message."""
    name = draw.choice(("URL", "link", "web address"))
    return find(
        draw,
        Thing(
            key=draw.choice(("url", "link", "href")),
            one=name,
            many=_many(name),
            pattern=re.compile(r"https?://[^\s,)>]*[^\s,)>.]"),
            make=link,
            carriers=(
                "see {x} for the details.",
                "the page is at {x}.",
                "I found it on ({x}).",
                "{x} does not load for me.",
                "have you read {x}, the new one?",
            ),
            hints=("It starts with http:// or https://.", "A full stop behind it is not part of it."),
        ),
    )


@family("extraction")
def hashtag(draw: Draw) -> Function:
    """Hashtags in a post."""
    return find(
        draw,
        Thing(
            key=draw.choice(("tag", "hashtag", "topic")),
            one="hashtag",
            many="hashtags",
            pattern=re.compile(r"#[A-Za-z]\w*"),
            make=lambda d: (
                "#" + d.choice((d.choice(THINGS), d.choice(ADJECTIVES).capitalize() + d.choice(THINGS).capitalize()))
            ),
            carriers=(
                "what a day {x}!",
                "feeling {x} this morning.",
                "{x} is the word of the week.",
                "more of this soon {x}.",
            ),
            given=("a post from a social network", "a short post", "a message with tags", "a text"),
            copying=("Keep the # sign.",),
        ),
    )


@family("extraction")
def mention(draw: Draw) -> Function:
    """Users mentioned by handle."""
    return find(
        draw,
        Thing(
            key=draw.choice(("user", "handle", "mention")),
            one=draw.choice(("@handle", "user handle", "mentioned @user")),
            many=draw.choice(("@handles", "user handles", "mentioned @users")),
            pattern=re.compile(r"(?<!\w)@(\w+)"),
            make=lambda d: (
                "@"
                + d.choice(
                    (
                        _plain(d.choice(FIRST_NAMES)),
                        f"{_plain(d.choice(LAST_NAMES))}{d.randint(1, 99)}",
                        f"{d.choice(ADJECTIVES)}_{d.choice(ANIMALS)}",
                    )
                )
            ),
            carriers=("thanks to {x} for the help.", "{x} should see this.", "I asked {x}, no answer yet."),
            given=("a chat message", "a comment", "a post", "a text"),
            copying=("Leave out the @ sign.",),
        ),
    )


@family("extraction")
def ip_address(draw: Draw) -> Function:
    """IPv4 addresses in a sentence."""
    return find(
        draw,
        Thing(
            key=draw.choice(("ip", "address", "host")),
            one=draw.choice(("IP address", "IPv4 address")),
            many=draw.choice(("IP addresses", "IPv4 addresses")),
            pattern=re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"),
            make=lambda d: ".".join(str(d.randint(1, 254)) for _ in range(4)),
            carriers=(
                "the request came from {x}.",
                "{x} is blocked since yesterday.",
                "could you open the firewall for {x}?",
                "server {x} does not answer.",
            ),
            hints=("Four numbers with dots between.",),
        ),
    )


@family("extraction")
def host_of_link(draw: Draw) -> Function:
    """One part of a link: its host, its last segment, its scheme, its path."""
    part = draw.choice(("host", "host without www", "top-level part", "path", "last part of the path", "scheme"))
    said = {
        "host": "the host name of the link",
        "host without www": "the host name of the link without a leading www.",
        "top-level part": "the last part of the link's host name, after its last dot",
        "path": "the path of the link, from the slash behind the host on, without a query",
        "last part of the path": "the last part of the link's path, without a query",
        "scheme": "the scheme of the link (what stands before ://)",
    }[part]

    def reference(text: str) -> str:
        scheme, rest = text.split("://")
        name, _, path = rest.partition("?")[0].partition("/")
        return {
            "host": name,
            "host without www": name.removeprefix("www."),
            "top-level part": name.rpartition(".")[2],
            "path": f"/{path}",
            "last part of the path": path.rpartition("/")[2],
            "scheme": scheme,
        }[part]

    def case(draw: Draw) -> str:
        found = link(draw)
        while not reference(found):
            found = link(draw)
        return found.replace("https:", draw.choice(("https:", "ftp:", "http:")), 1)

    return Function(
        given=("a link", "a URL", "a web address", "one URL"),
        answer=Single(
            key=draw.choice(("part", "value", "result")),
            do=(f"give {said}", f"extract {said}", f"return {said}", f"cut out {said}"),
        ),
        draw=case,
        reference=reference,
        stated=(said,),
    )


@family("transformation")
def clean_link(draw: Draw) -> Function:
    """Links rewritten: without query, without scheme, forced to https."""
    said, change = draw.choice(
        (
            ("remove the query (everything from ? on) from the link", lambda text: text.partition("?")[0]),
            ("remove the scheme and :// from the link", lambda text: text.partition("://")[2]),
            ("make the link use https", lambda text: "https://" + text.partition("://")[2]),
            (
                "write the link as <host> and <path> with a space between them",
                lambda text: text.partition("://")[2].replace("/", " /", 1),
            ),
            ("remove a leading www. from the host of the link", lambda text: text.replace("://www.", "://")),
        )
    )
    return Function(
        given=("a link", "a URL", "a web address"),
        answer=Rewrite(do=(said, f"{said} and change nothing else"), what="link"),
        draw=lambda d: link(d).partition("?")[0] + (f"?ref={d.choice(THINGS)}" if d.chance(0.5) else ""),
        reference=change,
        stated=(said[1:],),
    )
