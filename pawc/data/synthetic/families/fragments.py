"""Fragments of tables, INI, YAML and JSON: a value looked up, a row checked, settings in another notation."""

from __future__ import annotations

import json
import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Listing, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.saying import ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, CITIES, FIRST_NAMES, SERVICES, THINGS, each

_COLUMNS = ("name", "city", "item", "stock", "status")


KEYS = each("host timeout color owner mode level path retries language theme size limit region")


def _cell(draw: Draw, column: str) -> str:
    if column == "stock":
        return str(draw.randint(0, 400))
    pools = {"name": FIRST_NAMES, "city": CITIES, "item": THINGS, "status": ("new", "paid", "sent", "open", "late")}
    return draw.choice(pools[column])


def setting(draw: Draw) -> str:
    return draw.choice((draw.choice(ADJECTIVES), str(draw.randint(1, 900)), draw.choice(SERVICES), draw.choice(THINGS)))


@family("extraction")
def table_cell(draw: Draw) -> Function:
    """A cell of a small table with a header: by column, or by column and the name in the first one."""
    mark, said = draw.choice(((",", "commas"), (";", "semicolons"), ("\t", "tabs"), (" | ", "vertical bars")))
    columns = ["name", *draw.sample(_COLUMNS[1:], draw.choice((2, 3)))]
    wanted, act = draw.choice(columns[1:]), draw.choice(("single", "row", "column", "count"))
    who = draw.choice(FIRST_NAMES)

    def case(draw: Draw) -> str:
        names = draw.sample([name for name in FIRST_NAMES if name != who], 1 if act == "single" else draw.randint(2, 4))
        if act == "row" and draw.chance(0.85):
            names[draw.randrange(len(names))] = who
        rows = [[name, *(_cell(draw, column) for column in columns[1:])] for name in names]
        return "\n".join(mark.join(row) for row in (columns, *rows))

    def reference(text: str) -> Value:
        head, *rows = [line.split(mark) for line in text.split("\n")]
        at = head.index(wanted)
        match act:
            case "single":
                return rows[0][at]
            case "row":
                return next((row[at] for row in rows if row[0] == who), None)
            case "column":
                return tuple(row[at] for row in rows)
            case _:
                return str(len(rows))

    do = {
        "single": ways(
            "give, look up, extract", f'the value in the column "{wanted}"', f'the "{wanted}" of the only row'
        ),
        "row": ways(
            "give, look up, find", f'the "{wanted}" of {who}', f'what stands under "{wanted}" in the row of {who}'
        ),
        "column": ways("list, give, extract", f'the values of the column "{wanted}"', f'everything under "{wanted}"'),
        "count": ways("count, give the number of", "the rows below the header", "the data rows, without the header"),
    }[act]
    return Function(
        given=(
            f"a small table with a header, cells separated by {said}",
            f"lines of a table ({said} between the cells)",
        ),
        answer=Listing(do=do, what="values", optional=False)
        if act == "column"
        else Single(key=draw.choice(("value", "cell")), do=do, optional=act == "row"),
        draw=case,
        reference=reference,
        stated={"count": (), "row": (f'"{wanted}"', who)}.get(act, (f'"{wanted}"',)),
    )


@family("classification")
def row_complete(draw: Draw) -> Function:
    """Whether a row has as many cells as it should, and no empty one."""
    mark, said = draw.choice(((",", "commas"), (";", "semicolons"), ("|", "vertical bars"), ("\t", "tabs")))
    count, act = draw.choice((3, 4, 5)), draw.choice(("count", "empty"))

    def test(text: str) -> bool:
        cells = text.split(mark)
        return len(cells) == count if act == "count" else all(cells)

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            size = count if act == "empty" else draw.choice((count, count - 1, count + 1))
            cells = [_cell(draw, draw.choice(_COLUMNS)) for _ in range(size)]
            if act == "empty" and draw.chance(0.6):
                cells[draw.randrange(size)] = ""
            if test(text := mark.join(cells)) == wanted:
                return text, wanted

    holds, fails = {
        "count": (
            (f"the row has exactly {count} cells", f"there are {count} values in the line"),
            (f"the row does not have exactly {count} cells",),
        ),
        "empty": (
            ("no cell of the row is empty", "every cell has a value"),
            ("at least one cell of the row is empty",),
        ),
    }[act]
    return Function(
        given=(f"a row of cells separated by {said}", f"one line of a table with {said} between its cells"),
        answer=Decision(holds=holds, fails=fails),
        draw=case,
        reference=test,
    )


@family("extraction")
def nested_setting(draw: Draw) -> Function:
    """A setting under a section of an INI, YAML or JSON fragment, or the section that has it."""
    style, act = draw.choice(("ini", "yaml", "json")), draw.choice(("value", "value", "section", "sections"))
    section, key = draw.choice(SERVICES), draw.choice(KEYS)

    def write(data: dict[str, dict[str, str]]) -> str:
        if style == "json":
            return json.dumps(data)
        head, line = ("[{}]", "{} = {}") if style == "ini" else ("{}:", "  {}: {}")
        return "\n".join(
            text
            for name, part in data.items()
            for text in (head.format(name), *(line.format(*pair) for pair in part.items()))
        )

    def case(draw: Draw) -> str:
        names = draw.sample([name for name in SERVICES if name != section], 2)
        if act != "section" and draw.chance(0.8):
            names[draw.randrange(2)] = section
        data = {name: {other: setting(draw) for other in draw.sample(KEYS, 2)} for name in names}
        if act == "section":
            for part in data.values():
                part.pop(key, None)
        if act != "sections" and (act == "section" or draw.chance(0.85)):
            data[section if section in data and draw.chance(0.9) else draw.choice(names)][key] = setting(draw)
        return write(data)

    def reference(text: str) -> Value:
        found: dict[str, dict[str, str]] = json.loads(text) if style == "json" else {}
        if style != "json":
            for line in text.split("\n"):
                name, _, value = (part.strip() for part in line.partition("=" if style == "ini" else ":"))
                if line.startswith("[") or (style == "yaml" and not value):
                    found[line.strip("[]:")] = current = {}
                else:
                    current[name] = value
        match act:
            case "value":
                return found.get(section, {}).get(key)
            case "section":
                return next(name for name, part in found.items() if key in part)
            case _:
                return tuple(found)

    names = {"ini": "an INI file", "yaml": "YAML", "json": "JSON"}
    do = {
        "value": ways(
            "give, look up, extract", f'the value of "{key}" under "{section}"', f'"{key}" of the section "{section}"'
        ),
        "section": ways("name, find", f'the section that contains "{key}"', f'the section in which "{key}" is set'),
        "sections": ways("list, give", "the names of the sections", "the sections, in their order"),
    }[act]
    return Function(
        given=(
            f"a fragment of {names[style]} with two sections",
            f"a configuration in {names[style].removeprefix('an ')}",
        ),
        answer=Listing(do=do, what="sections", optional=False)
        if act == "sections"
        else Single(key=draw.choice(("value", "result")), do=do, optional=act == "value"),
        draw=case,
        reference=reference,
        stated={"value": (f'"{key}"', f'"{section}"'), "section": (f'"{key}"',)}.get(act, ()),
    )


_STYLES = {
    "INI (key = value)": "{k} = {v}",
    "YAML (key: value)": "{k}: {v}",
    "shell exports (export KEY=value)": "export {K}={v}",
    "an environment file (KEY=value)": "{K}={v}",
    "options (--key value)": "--{k} {v}",
    "properties (key=value)": "{k}={v}",
    'JSON members ("key": "value")': '"{k}": "{v}"',
    "assignments (key := value;)": "{k} := {v};",
    "XML elements (<key>value</key>)": "<{k}>{v}</{k}>",
}


@family("transformation")
def setting_style(draw: Draw) -> Function:
    """Lines of settings from one notation into another."""
    old, new = draw.sample(sorted(_STYLES), 2)

    def write(pairs: list[tuple[str, str]], name: str) -> str:
        return "\n".join(_STYLES[name].format(k=k, K=k.upper(), v=v) for k, v in pairs)

    def reference(text: str) -> str:
        pattern = re.escape(_STYLES[old]).replace(r"\{k\}", r"(\w+)", 1).replace(r"\{K\}", r"(\w+)")
        pattern = pattern.replace(r"\{v\}", r"([\w-]+)").replace(r"\{k\}", r"\w+")
        return write([(m[1].lower(), m[2]) for line in text.split("\n") if (m := re.fullmatch(pattern, line))], new)

    def case(draw: Draw) -> str:
        return write([(key, setting(draw)) for key in draw.sample(KEYS, draw.choice((1, 1, 2)))], old)

    return Function(
        given=(f"one or two lines of settings, as {old}", f"settings written as {old}"),
        answer=Rewrite(
            do=ways("convert the settings to, rewrite every line as, print the same settings as", new), what="lines"
        ),
        draw=case,
        reference=reference,
        stated=(old, new),
    )
