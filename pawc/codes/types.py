"""Codes of types.

`bad` and `good` are whole programs; where one takes several files, a comment names each before its text.
"""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0301",
        title="wrong number of arguments",
        what="A function is called with more or fewer arguments than it has parameters.",
        why="Every parameter has a value in every call; there are no defaults.",
        bad=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> Level = urgency(message, "now")'
        ),
        good=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            "fn main(message: text) -> Level = urgency(message)"
        ),
    ),
    Code(
        code="P0302",
        title="an argument of the wrong type",
        what="An argument is not of the type of its parameter.",
        why=(
            "Types are contracts: a function is compiled for inputs of its types, and sees no others. Labels "
            "may stand for text and an int for a float, nothing else is converted."
        ),
        bad=(
            'fn twice(times: int) -> text { spec "Say it in words." }\nfn main(message: text) -> text = twice(message)'
        ),
        good=('fn twice(times: int) -> text { spec "Say it in words." }\nfn main(times: int) -> text = twice(times)'),
    ),
    Code(
        code="P0303",
        title="`map` over something that is no list",
        what="What stands to the left of `|> map f` is not a list.",
        why="`map` applies a function to each item; without it, the function is applied to the value itself.",
        bad=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            "fn main(message: text) -> list<Level> = message |> map urgency"
        ),
        good=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            "fn main(messages: list<text>) -> list<Level> = messages |> map urgency"
        ),
    ),
    Code(
        code="P0304",
        title="a match leaves values out",
        what="Some values of what is matched have no arm.",
        why="Every input has an answer. The message names what is missing; `_ => ...` takes all that is left.",
        bad=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => "page" }'
        ),
        good=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => "page", "wait" => "mail" }'
        ),
    ),
    Code(
        code="P0305",
        title="an arm that is never reached",
        what="An arm stands after `_`, or there is nothing left that `_` could be.",
        why="What never runs is a mistake: an arm in the wrong place, or a label that does not exist any more.",
        bad=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => "page", "wait" => "mail", _ => "drop" }'
        ),
        good=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => "page", _ => "mail" }'
        ),
    ),
    Code(
        code="P0306",
        title="two arms for one value",
        what="A match has the same pattern twice.",
        why="The first arm would always be taken.",
        bad=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => "page", "now" => "call", _ => "mail" }'
        ),
        good=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => "page", _ => "mail" }'
        ),
    ),
    Code(
        code="P0307",
        title="a pattern that never matches",
        what="A pattern is not a value of the type that is matched.",
        why="Such an arm could never be taken; most often a label is misspelt.",
        bad=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "nwo" => "page", _ => "mail" }'
        ),
        good=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => "page", _ => "mail" }'
        ),
    ),
    Code(
        code="P0308",
        title="arms of different types",
        what="The arms of a match give values that have no type in common.",
        why="A match is one value, whichever arm is taken, and has one type.",
        bad=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => 1, _ => "mail" }'
        ),
        good=(
            'type Level = "now" | "wait"\n'
            'fn urgency(message: text) -> Level { spec "How urgent is it?" }\n'
            'fn main(message: text) -> text = match urgency(message) { "now" => "page", _ => "mail" }'
        ),
    ),
    Code(
        code="P0309",
        title="`++` of something that is no text",
        what="`++` joins text, ints, floats, bools and labels. An operand is a list or a record.",
        why="How a list or record should look as text is for the program to say.",
        bad='fn main(names: list<text>) -> text = "to: " ++ names',
        good=('import std.text\nfn main(names: list<text>) -> text = "to: " ++ text.join(names, ", ")'),
    ),
    Code(
        code="P0310",
        title="unknown field",
        what="A record has no field of that name.",
        why="The fields of a record are those of its type.",
        bad=(
            "type Ticket = { name: text, due: text? }\n"
            'fn ticket(mail: text) -> Ticket { spec "The ticket in the mail." }\n'
            "fn main(mail: text) -> text = { let found = ticket(mail) found.nmae }"
        ),
        good=(
            "type Ticket = { name: text, due: text? }\n"
            'fn ticket(mail: text) -> Ticket { spec "The ticket in the mail." }\n'
            "fn main(mail: text) -> text = { let found = ticket(mail) found.name }"
        ),
    ),
    Code(
        code="P0311",
        title="a field of something that is no record",
        what="`.name` follows a value that is not a record.",
        why="Only records have fields.",
        bad="fn main(mail: text) -> text = mail.subject",
        good=("type Mail = { subject: text }\nfn main(mail: Mail) -> text = mail.subject"),
    ),
    Code(
        code="P0312",
        title="the body is not of the result's type",
        what="The expression of a function is not of the type after `->`.",
        why="Callers rely on the declared type, and it is what the linked program promises.",
        bad='fn main(mail: text) -> int = "got: " ++ mail',
        good='fn main(mail: text) -> text = "got: " ++ mail',
    ),
    Code(
        code="P0313",
        title="items of different types",
        what="The items of a list have no type in common.",
        why="A list has one type of item, so that `map` can be applied to it.",
        bad="fn main(mail: text) -> list<text> = [mail, 3]",
        good='fn main(mail: text) -> list<text> = [mail, "3"]',
    ),
    Code(
        code="P0315",
        title="a union of one label",
        what="A union has a single label.",
        why="There would be nothing to decide: the answer is always the same.",
        bad='fn main(mail: text) -> "spam" { spec "Is it spam?" }',
        good='fn main(mail: text) -> "spam" | "mail" { spec "Is it spam?" }',
    ),
    Code(
        code="P0316",
        title="a label stands twice",
        what="A union has the same label twice.",
        why="Each label is one answer; the second is a slip, often for another label.",
        bad='fn main(mail: text) -> "spam" | "spam" { spec "Is it spam?" }',
        good='fn main(mail: text) -> "spam" | "mail" { spec "Is it spam?" }',
    ),
    Code(
        code="P0317",
        title="not a regular expression",
        what="The pattern after `matching` is not a valid regular expression.",
        why="It is read as Python reads it, and must match the whole text.",
        bad='fn main(mail: text) -> text matching /(\\d+/ { spec "The invoice number." }',
        good='fn main(mail: text) -> text matching /(\\d+)/ { spec "The invoice number." }',
    ),
    Code(
        code="P0318",
        title="a pattern that cannot be enforced",
        what="The pattern after `matching` needs look-around, a back-reference or a word boundary.",
        why=("While an answer is written, an automaton decides letter by letter what may follow; these have none."),
        bad='fn main(mail: text) -> text matching /(?=A)\\w+/ { spec "The invoice number." }',
        good='fn main(mail: text) -> text matching /A\\w*/ { spec "The invoice number." }',
    ),
    Code(
        code="P0319",
        title="an argument that a standard function does not take",
        what="The types of the arguments do not fit a function of the standard library.",
        why=(
            "The functions of the standard library are exact: they say what they take, and `T` there stands "
            "for any one type."
        ),
        bad=("import std.text\nfn main(count: int) -> text = text.upper(count)"),
        good=("import std.text\nfn main(name: text) -> text = text.upper(name)"),
    ),
    Code(
        code="P0320",
        title="a value that may be null",
        what="A value of a type `T?` is used where null is not allowed.",
        why=(
            "Null has to be dealt with where it can occur: with `option.or_else(x, ...)` of `std.option`, or "
            "in a `match` with a `null` arm."
        ),
        bad=(
            "type Ticket = { name: text, due: text? }\n"
            'fn ticket(mail: text) -> Ticket { spec "The ticket in the mail." }\n'
            'fn main(mail: text) -> text = { let found = ticket(mail) "due: " ++ found.due }'
        ),
        good=(
            "import std.option\n"
            "type Ticket = { name: text, due: text? }\n"
            'fn ticket(mail: text) -> Ticket { spec "The ticket in the mail." }\n'
            'fn main(mail: text) -> text = { let found = ticket(mail) "due: " ++ option.or_else(found.due, "never") }'
        ),
    ),
    Code(
        code="P0321",
        title="two fields of one name",
        what="A record type has two fields of the same name.",
        why="A field is found by its name.",
        bad=('type Ticket = { name: text, name: text }\nfn main(mail: text) -> Ticket { spec "The ticket." }'),
        good=('type Ticket = { name: text, owner: text }\nfn main(mail: text) -> Ticket { spec "The ticket." }'),
    ),
    Code(
        code="P0322",
        title="a type that cannot be matched",
        what="`match` is applied to something other than labels, an int or a bool.",
        why=(
            "Only there can cases be told apart exactly. For free text, a function with a union of labels as "
            "its result decides."
        ),
        bad='fn main(mail: text) -> text = match mail { "hi" => "hello", _ => "what?" }',
        good=(
            'fn greets(mail: text) -> bool { spec "Is it a greeting?" }\n'
            'fn main(mail: text) -> text = match greets(mail) { true => "hello", false => "what?" }'
        ),
    ),
    Code(
        code="P0323",
        title="a label that reads as null",
        what='A union that may be null has the label `"null"`.',
        why="Answers are written bare: nobody could tell the label from the null.",
        bad='fn main(mail: text) -> ("spam" | "null")? { spec "Is it spam?" }',
        good='fn main(mail: text) -> ("spam" | "none")? { spec "Is it spam?" }',
    ),
)
