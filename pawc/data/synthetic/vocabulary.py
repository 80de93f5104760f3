"""Words that inputs are made of. Everything is invented or common; nothing is taken from a data set."""

from __future__ import annotations


def each(text: str, mark: str | None = None) -> tuple[str, ...]:
    """The words of a text, or its parts between marks."""
    return tuple(text.split(mark))


FIRST_NAMES = each(
    "Ada Ben Carla Dmitri Elena Farid Greta Hugo Ines Jonas Keiko Liam Marta Nils Olga Pavel Quinn Rosa Samir "
    "Tessa Umar Vera Walter Xenia Yusuf Zoe Amir Bianca Cyrus Doris Edgar Fiona Gustav Hana Igor Julia Karim Lena "
    "Milo Nadia",
)
LAST_NAMES = each(
    "Abbott Berger Castillo Duarte Ekström Fischer Gallo Haddad Ivanov Jensen Kowalski Lindqvist Moreau Novak "
    "Okafor Petrov Quigley Rossi Schmidt Tanaka Ueda Vargas Weber Yilmaz Zhang Archer Brandt Coleman Dalton "
    "Eriksen",
)
COMPANIES = each(
    "Acorn Bluefin Cobalt Driftwood Emberline Foxglove Granite Harbor Ironleaf Juniper Kestrel Lumen Meridian "
    "Northwind Orchard Pinecrest Quartz Redwood Silverlake Tidewater Umbra Vantage Willow Zephyr",
)
FRUIT = each("apple banana cherry fig grape kiwi lemon lime mango melon olive orange papaya peach pear plum")
ANIMALS = each("badger camel dog eagle ferret goat hamster ibex jackal koala lizard moose otter panda rabbit tiger")
THINGS = each(
    "anchor basket candle drawer engine filter garden hammer island jacket kettle ladder magnet napkin orbit "
    "pencil quilt ribbon saddle tunnel umbrella valley window yarn zipper bottle carpet desk fence globe helmet "
    "ink jar key lamp mirror notebook oven pillow rope shelf table vase wheel bucket coin door envelope flag "
    "glove",
)
ADJECTIVES = each(
    "amber brave calm dusty early fancy gentle happy idle jolly keen loud mellow narrow odd plain quiet rapid "
    "silent tall urban vivid warm young zesty bold cheap dark empty fresh grand heavy",
)
PRODUCTS = each(
    "desk lamp|blue mug|steel ruler|wool scarf|garden hose|phone case|pine chair|paper tray|hand drill|rain coat|"
    "tea pot|wall clock|floor mat|bike lock|glass jar|silk tie|tool box|head lamp|lunch bag|door bell",
    "|",
)
CITIES = each(
    "Aldport Brinmore Castleton Dunhaven Eastwick Fairholm Glenrock Harwick Ironbridge Kelso Lakemont Milford"
)
SERVICES = each(
    "auth billing cache catalog checkout gateway indexer inventory ledger mailer metrics notifier payments "
    "profile queue reports scheduler search session storage uploader worker",
)
# Clauses without digits, names, or anything else that a function looks for.
SUBJECTS = each(
    "the train|my neighbour|the soup|our roof|the concert|the old bridge|his brother|the museum|that film|the bakery|"
    "the river|her cousin|the library|the last bus|our street|the heating|the band|the small shop|the weather|the cook",
    "|",
)
PREDICATES = each(
    "was late again|is quieter than before|looks better now|will be back soon|surprised everybody|needs a rest|"
    "has not changed much|made us laugh|is worth a visit|was a good idea|stays as it is|could be worse|"
    "was better than we thought|is famous around here|gets all the attention|does what it can",
    "|",
)
FILLERS = each(
    "please have a look when you can|the team was happy with the result|nothing else has changed since then|"
    "we talked about it over lunch|the weather held up all week|everybody agreed in the end|"
    "it took longer than expected|the old one still works|my colleague will follow up|"
    "the room was too warm again|that is all for now|let me know what you think|the printer is out of paper|"
    "we are still waiting for the keys|it looks fine to me|the shutters do not close|I will be in the office|"
    "the plants need some water|thanks for the quick reply|somebody left a coat here|"
    "the coffee machine is working again|they moved the chairs yesterday|sorry for the late answer|"
    "we should discuss this soon",
    "|",
)
GREETINGS = (
    "Hi there, ",
    "Hello, ",
    "Hey, ",
    "Good day, ",
    "Dear team, ",
    "FYI: ",
    "Quick note: ",
    "Just so you know, ",
)
CLOSINGS = (" Thanks!", " Cheers.", " Thank you in advance.", " Best wishes.", " Many thanks.")
MONTHS = each("January February March April May June July August September October November December")
WEEKDAYS = each("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
# Names a house gives to its own labels; what a label says, only the specification tells.
HOUSE_TERMS = each(
    "red amber green blue lane-1 lane-2 lane-3 lane-4 alpha bravo charlie delta north south east west A B C D 0 1 "
    "2 3 oak elm fir ash T1 T2 T3 T4 queue-a queue-b queue-c queue-d GOLD SILVER BRONZE IRON x y z w mercury "
    "venus mars saturn",
)
_NAMED_PAIRS = each(
    "yes/no true/false Y/N 1/0 True/False YES/NO match/mismatch flag/ok pass/fail keep/drop accept/reject "
    "hit/miss in/out allow/deny positive/negative go/stop select/skip hold/send approved/declined open/closed "
    "green/red alert/quiet review/release left/right escalate/file A/B on/off present/absent valid/invalid "
    "stay/leave up/down"
)
PAIRS = tuple((yes, no) for yes, _, no in (pair.partition("/") for pair in _NAMED_PAIRS))
