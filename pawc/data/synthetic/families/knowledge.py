"""What everybody knows of things and animals, under labels of the house: size, place, kind, use, what they can do."""

from __future__ import annotations

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.meaning import sorted_by_meaning
from pawc.data.synthetic.families.word_forms import Relation, related
from pawc.data.synthetic.forms import Decision, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.lexicon import pairs
from pawc.data.synthetic.saying import finishing, ways
from pawc.data.synthetic.vocabulary import each


def _said(text: str) -> tuple[str, ...]:
    """Nouns between bars, each in three ways."""
    return tuple(said for noun in each(text, "|") for said in (noun, noun.capitalize(), f"the {noun}"))


_SIZES = (  # what stands two rows apart nobody confuses
    each("ant|flea|grain of rice|pin|poppy seed|grain of sand", "|"),
    each("coin|button|grape|bee|paper clip|hazelnut", "|"),
    each("apple|mouse|egg|spoon|sparrow|tennis ball", "|"),
    each("cat|shoe|book|teapot|loaf of bread|helmet", "|"),
    each("chair|suitcase|sheep|bicycle|barrel|bathtub", "|"),
    each("horse|sofa|car|cow|tent|wardrobe", "|"),
    each("elephant|bus|truck|house|whale|railway carriage", "|"),
    each("cathedral|football stadium|cruise ship|hill|castle|airport", "|"),
)


@family("reasoning")
def size_of_things(draw: Draw) -> Function:
    """Which of two things is larger in reality, or whether the first one is."""
    larger, whether = draw.chance(0.6), draw.chance(0.35)
    mark = draw.choice((" or ", ", ", " / ", " vs. ", " and ", " | "))
    rank = {noun: at for at, row in enumerate(_SIZES) for noun in row}
    word = draw.choice(("larger", "bigger") if larger else ("smaller", "smaller"))

    def case(draw: Draw) -> str:
        while True:
            one, two = (draw.choice(draw.choice(_SIZES)) for _ in "ab")
            if abs(rank[one] - rank[two]) >= 2:
                return f"{one}{mark}{two}"

    def reference(text: str) -> str | bool:
        one, two = text.split(mark)
        first = (rank[one] > rank[two]) == larger
        return first if whether else one if first else two

    said = f"the first one is usually the {word}"
    return Function(
        given=("two things", "a pair of things", "the names of two things"),
        answer=Decision(
            holds=(said, f"the thing named first is {word} than the other in reality"),
            fails=(f"the second one is usually the {word}", f"the thing named last is the {word} one in reality"),
        )
        if whether
        else Single(
            key=draw.choice(("answer", "thing", word)),
            do=ways("name, give, pick", f"the one that is {word} in reality", f"the {word} of the two things"),
        ),
        draw=case,
        reference=reference,
        stated=(word,),
    )


_PLACES = {
    "kitchen": _said("saucepan|whisk|toaster|frying pan|spatula|ladle|colander|chopping board|rolling pin"),
    "bathroom": _said("toothbrush|shampoo|bathtub|shower curtain|toothpaste|washbasin|toilet paper|soap dish"),
    "garden": _said("wheelbarrow|lawn mower|flower bed|compost heap|watering can|hedge trimmer|greenhouse|rose bush"),
    "office": _said(
        "stapler|photocopier|filing cabinet|whiteboard|hole punch|ink cartridge|ring binder|conference phone"
    ),
    "bedroom": _said("mattress|duvet|pillowcase|nightstand|bedspread|double bed|pyjamas|night cream"),
    "garage": _said("spare tyre|car jack|engine oil|jumper cable|number plate|roof rack|snow chains|oil can"),
    "classroom": _said("blackboard|chalk|school desk|exercise book|school bell|homework diary|satchel|timetable"),
}


@family("classification")
def place_of_thing(draw: Draw) -> Function:
    """Where a thing is usually found: kitchen, bathroom, garden, office..."""
    clauses = {name: (f"it belongs in the {name}", f"it is usually found in a {name}") for name in _PLACES}
    clauses["office"] = ("it belongs in the office", "it is usually found in an office")
    return sorted_by_meaning(draw, _PLACES, clauses, ("a thing", "the name of a thing", "an article of a shop"), most=5)


_KINDS = {
    "mammal": _said("dog|cow|horse|bear|wolf|fox|mouse|elephant|rabbit|squirrel"),
    "bird": _said("sparrow|eagle|owl|duck|penguin|swan|robin|crow|stork|parrot"),
    "fish": _said("salmon|trout|shark|tuna|carp|herring|cod|pike|sardine|goldfish"),
    "insect": _said("ant|bee|wasp|beetle|butterfly|mosquito|grasshopper|moth|cricket|dragonfly"),
    "reptile": _said("snake|lizard|crocodile|tortoise|alligator|gecko|iguana|python|viper|cobra"),
}


@family("classification")
def kind_of_animal(draw: Draw) -> Function:
    """Mammals, birds, fish, insects, reptiles."""
    names = {"mammal": "a mammal", "bird": "a bird", "fish": "a fish", "insect": "an insect", "reptile": "a reptile"}
    clauses = {name: (f"the animal is {said}", f"it is {said}", f"{said} is named") for name, said in names.items()}
    return sorted_by_meaning(draw, _KINDS, clauses, ("an animal", "the name of an animal", "one animal"), most=5)


_USERS = {
    "doctor": _said("stethoscope|thermometer|bandage|syringe|prescription pad|X-ray picture|blood test|waiting room"),
    "cook": _said("recipe|apron|frying pan|soup ladle|pepper mill|oven glove|kitchen knife|cake tin"),
    "carpenter": _said("saw|plank|chisel|sawdust|workbench|wood glue|sandpaper|spirit level"),
    "farmer": _said("tractor|plough|barn|hay bale|milking machine|cattle feed|wheat field|manure"),
    "musician": _said("violin|sheet music|drum kit|microphone stand|conductor's baton|song book|trumpet|metronome"),
    "painter": _said("easel|canvas|paint brush|palette|oil paint|sketch book|picture frame|watercolours"),
    "sailor": _said("anchor|mast|lifeboat|compass|sail|rudder|harbour chart|deck"),
    "hairdresser": _said("comb|hair dryer|curlers|hair dye|razor|hair spray|barber's chair|dandruff shampoo"),
}


@family("classification")
def user_of_thing(draw: Draw) -> Function:
    """Whose work a thing belongs to: doctor, cook, carpenter, sailor..."""
    clauses = {
        name: (f"a {name} uses it", f"it belongs to the work of a {name}", f"it is for a {name}") for name in _USERS
    }
    return sorted_by_meaning(
        draw, _USERS, clauses, ("a thing", "a word for a thing", "something people work with"), most=5
    )


_ABILITIES: dict[str, tuple[str, str, str, str]] = {
    "eaten": (
        "people eat it",
        "people do not eat it",
        "apple|bread|cheese|carrot|soup|rice|honey|cake|sausage|omelette",
        "hammer|stone|chair|shoe|brick|pencil|bottle|lamp|coin|rope",
    ),
    "flies": (
        "it can fly",
        "it cannot fly",
        "eagle|butterfly|helicopter|bee|sparrow|aeroplane|dragonfly|owl|wasp|swan",
        "horse|car|snake|boat|table|dog|elephant|tractor|stone|goat",
    ),
    "lives": (
        "it is a living being",
        "it is not alive",
        "oak tree|dog|rose|mushroom|child|ant|shark|tulip|frog|grandmother",
        "stone|hammer|car|cloud|book|river|lamp|shoe|robot|coin",
    ),
    "rolls": (
        "it has wheels",
        "it has no wheels",
        "car|bicycle|tractor|shopping trolley|wheelbarrow|pram|lorry|skateboard|scooter|bus",
        "rowing boat|table|horse|ladder|bucket|hammer|bed|sledge|tent|cup",
    ),
    "worn": (
        "people wear it",
        "people do not wear it",
        "coat|hat|shoe|glove|scarf|sock|shirt|raincoat|skirt|belt",
        "spoon|brick|window|tree|ladder|soup|train|river|candle|carpet",
    ),
    "liquid": (
        "it is a liquid",
        "it is not a liquid",
        "water|milk|olive oil|orange juice|wine|vinegar|tea|petrol|beer|lemonade",
        "iron|wood|stone|bread|brick|glass|chalk|steel|cheese|paper",
    ),
    "electric": (
        "it needs electricity",
        "it works without electricity",
        "toaster|refrigerator|laptop|television|vacuum cleaner|hair dryer|dishwasher|light bulb|printer|electric razor",
        "spoon|pencil|ladder|book|hammer|bucket|umbrella|comb|candle|rope",
    ),
}


@family("classification")
def property_of_thing(draw: Draw) -> Function:
    """One thing that everybody knows of a thing: whether it flies, is eaten, has wheels, needs electricity."""
    holds, fails, have, lack = _ABILITIES[draw.choice(sorted(_ABILITIES))]
    good, bad = _said(have), _said(lack)

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        return draw.choice(good if wanted else bad), wanted

    return Function(
        given=("a thing or a being", "a noun", "a word", "something from everyday life"),
        answer=Decision(holds=(holds, f"this is true of it: {holds}"), fails=(fails, f"this is true of it: {fails}")),
        draw=case,
        reference=lambda text: text in good,
    )


_SOUNDS = pairs(
    "dog/barks cat/meows cow/moos duck/quacks sheep/bleats pig/grunts horse/neighs lion/roars bee/buzzes snake/hisses "
    "frog/croaks wolf/howls owl/hoots rooster/crows mouse/squeaks donkey/brays elephant/trumpets hen/clucks crow/caws "
    "turkey/gobbles goose/honks"
)


@family("transformation")
@finishing
def sound_of_animal(draw: Draw) -> Function:
    """An animal -> the verb for its sound."""
    return related(
        draw, Relation(table=_SOUNDS, source="animal", what=("sound, as a verb in -s", "cry, as a verb in -s"))
    )
