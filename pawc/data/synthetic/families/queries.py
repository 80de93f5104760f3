"""Fragments of SQL, HTML and query strings: a part named, a value looked up, a statement sorted."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.fragments import KEYS, setting
from pawc.data.synthetic.forms import Choice, Fields, Listing, Single
from pawc.data.synthetic.function import Function, Value, family
from pawc.data.synthetic.lexicon import many
from pawc.data.synthetic.saying import either, ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, SERVICES, THINGS, each


@family("extraction")
def sql_part(draw: Draw) -> Function:
    """Table, columns, condition or limit of an SQL statement."""
    nouns = {
        "table": "the name of the table", "columns": "the selected columns as they are written",
        "condition": "the condition behind WHERE", "order": "the column behind ORDER BY",
        "limit": "the number behind LIMIT",
    }  # fmt: skip
    part = draw.choice(sorted(nouns))
    lower = draw.chance(0.3)

    def case(draw: Draw) -> str:
        columns = draw.sample(("id", *KEYS), draw.randint(1, 3))
        key = draw.choice(KEYS)
        test = draw.choice(
            (f"{key} = {draw.randint(1, 99)}", f"{key} > {draw.randint(1, 99)}", f"{key} = '{draw.choice(ADJECTIVES)}'")
        )
        text = f"SELECT {', '.join(columns)} FROM {many(draw.choice(THINGS))}"
        text += f" WHERE {test}" if draw.chance(0.7) else ""
        text += f" ORDER BY {draw.choice(columns)}" if draw.chance(0.6) else ""
        text += f" LIMIT {draw.choice((1, 5, 10, 20, 50, 100))}" if draw.chance(0.6) else ""
        for word in ("SELECT", "FROM", "WHERE", "ORDER BY", "LIMIT") if lower else ():
            text = text.replace(word, word.lower())
        return f"{text};"

    def reference(text: str) -> str | None:
        pattern = {
            "table": r" from (\w+)", "columns": r"^select (.+?) from",
            "condition": r" where (.+?)(?: order by| limit|;)",
            "order": r" order by (\w+)", "limit": r" limit (\d+)",
        }[part]  # fmt: skip
        match = re.search(pattern, text, re.IGNORECASE)
        return match[1] if match else None

    return Function(
        given=("an SQL query", "a SELECT statement", "a database query in SQL"),
        answer=Single(
            key=part,
            do=ways("extract, give, copy, find", nouns[part]),
            optional=part in ("condition", "order", "limit"),
        ),
        draw=case,
        reference=reference,
        stated=(nouns[part],),
    )


_VERBS = {
    "SELECT": "SELECT * FROM {t}",
    "INSERT": "INSERT INTO {t} VALUES ({n}, '{a}')",
    "DELETE": "DELETE FROM {t} WHERE id = {n}",
}


_VERBS |= {
    "UPDATE": "UPDATE {t} SET {k} = {n} WHERE id = 3",
    "CREATE": "CREATE TABLE {t} (id INT)",
    "DROP": "DROP TABLE {t}",
}


@family("classification")
def sql_kind(draw: Draw) -> Function:
    """SQL statements sorted by what they do, in the classes of a house."""
    labels = draw.choice((("read", "write", "schema"), ("safe", "careful", "forbidden"), ("reader", "editor", "admin")))
    groups = draw.choice(
        (
            (("SELECT",), ("INSERT", "UPDATE", "DELETE"), ("CREATE", "DROP")),
            (("SELECT", "INSERT"), ("UPDATE",), ("DELETE", "DROP", "CREATE")),
            (("SELECT", "CREATE"), ("INSERT", "UPDATE"), ("DELETE", "DROP")),
        )
    )
    kind = {verb: label for label, group in zip(labels, groups, strict=True) for verb in group}
    when = {label: f"the statement is {either(group)}" for label, group in zip(labels, groups, strict=True)}

    def case(draw: Draw) -> str:
        label = draw.choice(labels)
        verb = draw.choice([verb for verb in kind if kind[verb] == label])
        text = _VERBS[verb].format(
            t=many(draw.choice(THINGS)), k=draw.choice(KEYS), n=draw.randint(1, 99), a=draw.choice(ADJECTIVES)
        )
        return draw.choice((text, f"{text};", text.lower()))

    return Function(
        given=("an SQL statement", "one statement of SQL", "a line of SQL"),
        answer=Choice(when=when),
        draw=case,
        reference=lambda text: kind[text.split(" ")[0].upper()],
        stated=tuple(when.values()),
    )


@family("extraction")
def html_part(draw: Draw) -> Function:
    """Text, tag or one attribute of an HTML element."""
    attribute = draw.choice(("id", "class", "title", "href"))
    act = draw.choice(("text", "tag", "attribute", "attribute", "plain"))
    do = {
        "text": ways("give, extract", "the text of the element", "what stands between the tags"),
        "tag": ways("give, name", "the tag of the element", "the element's tag, without angle brackets"),
        "attribute": ways(
            "give, extract", f'the value of the attribute "{attribute}"', f'what the attribute "{attribute}" is set to'
        ),
        "plain": ways("remove, strip off", "all tags and keep the text", "the markup, so that only the text is left"),
    }[act]

    def case(draw: Draw) -> str:
        tag = draw.choice(each("p div span a h1 li td button label"))
        names = draw.sample(("id", "class", "title", "href"), draw.randint(1, 3))
        listed = "".join(f' {name}="{draw.choice(THINGS)}{draw.choice(("", "-1", "-main"))}"' for name in names)
        return f"<{tag}{listed}>{draw.choice((draw.phrase(), draw.choice(THINGS), draw.filler()))}</{tag}>"

    def reference(text: str) -> str | None:
        if act in ("text", "plain"):
            return re.sub(r"<[^>]*>", "", text)
        match = re.search(r"<(\w+)" if act == "tag" else rf' {attribute}="([^"]*)"', text)
        return match[1] if match else None

    return Function(
        given=("an HTML element", "a line of HTML", "one element of a web page"),
        answer=Single(key=draw.choice(("value", act)), do=do, optional=act == "attribute"),
        draw=case,
        reference=reference,
        stated=(f'"{attribute}"',) if act == "attribute" else (),
    )


@family("extraction")
def query_string(draw: Draw) -> Function:
    """Parameters of an address: one of them, their names, how many, two of them."""
    key, act = draw.choice(KEYS), draw.choice(("one", "one", "names", "count", "two"))
    second = draw.choice([name for name in KEYS if name != key])

    def case(draw: Draw) -> str:
        keys = draw.sample([name for name in KEYS if name not in (key, second)], draw.randint(1, 2))
        keys += [name for name in (key, second) if draw.chance(0.75)]
        draw.shuffle(keys)
        host = draw.choice(
            ("", f"/{draw.choice(SERVICES)}", f"https://{draw.choice(THINGS)}.test/{draw.choice(SERVICES)}")
        )
        return f"{host}?{'&'.join(f'{name}={setting(draw)}' for name in keys)}"

    def reference(text: str) -> Value:
        found = dict(part.split("=") for part in text.partition("?")[2].split("&"))
        match act:
            case "one":
                return found.get(key)
            case "two":
                return {key: found.get(key), second: found.get(second)}
            case "names":
                return tuple(found)
            case _:
                return str(len(found))

    do = {
        "one": ways(
            "give, extract, look up", f'the value of the parameter "{key}"', f'what "{key}" is set to in the address'
        ),
        "names": ways("list, give", "the names of the parameters, in order", "all parameter names"),
        "count": ways("count, give the number of", "the parameters", "the parameters behind the question mark"),
    }
    given = ("an address with a query string", "a link with parameters", "the end of a link, with its parameters")
    if act == "two":
        nouns = {name: f'the parameter "{name}"' for name in (key, second)}
        return Function(given=given, answer=Fields(nouns=nouns, optional=True), draw=case, reference=reference)
    return Function(
        given=given,
        answer=Listing(do=do[act], what="names", optional=False)
        if act == "names"
        else Single(key=draw.choice(("value", "answer")), do=do[act], optional=act == "one"),
        draw=case,
        reference=reference,
        stated=(f'"{key}"',) if act == "one" else (),
    )
