"""Word pairs of English: a word -> the form or the partner that it has, irregular ones among regular ones."""

from __future__ import annotations

from collections.abc import Mapping

from pawc.data.synthetic.vocabulary import each


def pairs(text: str) -> dict[str, str]:
    """`a/b c/d` as a table."""
    return {left: right for left, _, right in (pair.partition("/") for pair in text.split())}


def back(table: Mapping[str, str]) -> dict[str, str]:
    """The table read from right to left; a word with two partners keeps the first."""
    return {right: left for left, right in reversed(list(table.items()))}


PLURALS = pairs(
    "child/children man/men woman/women foot/feet tooth/teeth goose/geese mouse/mice person/people ox/oxen wolf/wolves "
    "leaf/leaves knife/knives life/lives wife/wives half/halves shelf/shelves loaf/loaves thief/thieves calf/calves "
    "elf/elves potato/potatoes tomato/tomatoes hero/heroes echo/echoes cactus/cacti crisis/crises analysis/analyses "
    "thesis/theses oasis/oases phenomenon/phenomena criterion/criteria fungus/fungi nucleus/nuclei stimulus/stimuli "
    "fireman/firemen grandchild/grandchildren snowman/snowmen bookshelf/bookshelves midwife/midwives city/cities "
    "baby/babies lady/ladies story/stories box/boxes bus/buses church/churches dish/dishes watch/watches class/classes "
    "toy/toys key/keys monkey/monkeys piano/pianos photo/photos roof/roofs dog/dogs lamp/lamps horse/horses"
)
_GRADED = each(
    "good/better/best bad/worse/worst big/bigger/biggest hot/hotter/hottest thin/thinner/thinnest "
    "wet/wetter/wettest sad/sadder/saddest flat/flatter/flattest dry/drier/driest"
)
_IN_ER = each(
    "cheap cold dark deep fast hard high kind light long loud low new old poor quick rich short slow small soft strong "
    "sweet tall thick warm weak young clean clear bright sharp smooth fresh"
)
_IN_R = each("late large nice safe wide wise brave close fine rare strange rude ripe")
_IN_IER = each("happy easy busy heavy early funny lucky noisy dirty angry hungry lazy pretty tidy ugly windy")
_WITH_MORE = each(
    "careful beautiful expensive important difficult interesting comfortable dangerous famous modern popular useful "
    "patient curious generous nervous"
)


def _graded() -> dict[str, tuple[str, str]]:
    table = {base: (more, most) for base, more, most in (entry.split("/") for entry in _GRADED)}
    table |= {word: (f"{word}er", f"{word}est") for word in _IN_ER}
    table |= {word: (f"{word}r", f"{word}st") for word in _IN_R}
    table |= {word: (f"{word[:-1]}ier", f"{word[:-1]}iest") for word in _IN_IER}
    return table | {word: (f"more {word}", f"most {word}") for word in _WITH_MORE}


COMPARATIVES = {base: more for base, (more, _) in _graded().items()}
SUPERLATIVES = {base: most for base, (_, most) in _graded().items()}
ADVERBS = pairs(
    "quick/quickly slow/slowly careful/carefully happy/happily easy/easily gentle/gently simple/simply true/truly "
    "terrible/terribly good/well loud/loudly quiet/quietly brave/bravely polite/politely angry/angrily lazy/lazily "
    "noisy/noisily heavy/heavily probable/probably possible/possibly comfortable/comfortably basic/basically "
    "automatic/automatically tragic/tragically dramatic/dramatically nervous/nervously honest/honestly kind/kindly "
    "sad/sadly warm/warmly safe/safely nice/nicely rude/rudely deep/deeply sudden/suddenly usual/usually final/finally "
    "recent/recently rare/rarely wise/wisely humble/humbly visible/visibly lucky/luckily hungry/hungrily "
    "greedy/greedily "
    "calm/calmly bright/brightly strange/strangely"
)
ING_FORMS = pairs(
    "walk/walking run/running swim/swimming sit/sitting stop/stopping plan/planning cut/cutting "
    "get/getting put/putting "
    "begin/beginning dance/dancing write/writing ride/riding drive/driving make/making take/taking bake/baking "
    "smile/smiling close/closing move/moving lie/lying die/dying tie/tying see/seeing agree/agreeing play/playing "
    "study/studying carry/carrying read/reading sing/singing jump/jumping cook/cooking listen/listening visit/visiting "
    "open/opening answer/answering argue/arguing hope/hoping hop/hopping chat/chatting clap/clapping jog/jogging "
    "hug/hugging shop/shopping win/winning dig/digging forget/forgetting prefer/preferring wash/washing teach/teaching "
    "think/thinking buy/buying fly/flying cry/crying skate/skating hike/hiking"
)
AGENTS = pairs(
    "teach/teacher write/writer sing/singer bake/baker drive/driver run/runner swim/swimmer paint/painter farm/farmer "
    "act/actor sail/sailor visit/visitor invent/inventor direct/director edit/editor translate/translator "
    "collect/collector conduct/conductor govern/governor build/builder dance/dancer help/helper lead/leader "
    "manage/manager own/owner play/player read/reader report/reporter ride/rider rob/robber shop/shopper skate/skater "
    "speak/speaker train/trainer win/winner work/worker begin/beginner assist/assistant study/student apply/applicant "
    "inspect/inspector instruct/instructor survive/survivor create/creator explore/explorer publish/publisher "
    "hunt/hunter clean/cleaner climb/climber"
)
NOUNS_OF_VERBS = pairs(
    "decide/decision arrive/arrival explain/explanation discuss/discussion move/movement agree/agreement "
    "develop/development improve/improvement invite/invitation describe/description destroy/destruction "
    "produce/production reduce/reduction refuse/refusal approve/approval propose/proposal remove/removal "
    "survive/survival perform/performance accept/acceptance appear/appearance exist/existence differ/difference "
    "prefer/preference govern/government treat/treatment pay/payment announce/announcement argue/argument "
    "collect/collection connect/connection create/creation educate/education elect/election inform/information "
    "inspect/inspection operate/operation protect/protection react/reaction select/selection suggest/suggestion "
    "translate/translation permit/permission discover/discovery deliver/delivery recover/recovery fail/failure "
    "depart/departure choose/choice lose/loss grow/growth believe/belief prove/proof advise/advice succeed/success "
    "sell/sale solve/solution"
)
NOUNS_OF_QUALITIES = pairs(
    "happy/happiness kind/kindness sad/sadness dark/darkness weak/weakness ill/illness lazy/laziness lonely/loneliness "
    "able/ability real/reality possible/possibility responsible/responsibility secure/security curious/curiosity "
    "generous/generosity creative/creativity equal/equality safe/safety honest/honesty poor/poverty beautiful/beauty "
    "brave/bravery patient/patience silent/silence absent/absence present/presence distant/distance "
    "important/importance ignorant/ignorance long/length strong/strength wide/width deep/depth high/height warm/warmth "
    "true/truth young/youth free/freedom wise/wisdom bored/boredom angry/anger hungry/hunger proud/pride "
    "polite/politeness rude/rudeness fair/fairness certain/certainty loyal/loyalty cruel/cruelty"
)
ADJECTIVES_OF_NOUNS = pairs(
    "sun/sunny rain/rainy cloud/cloudy wind/windy salt/salty dirt/dirty noise/noisy luck/lucky danger/dangerous "
    "fame/famous poison/poisonous mountain/mountainous nerve/nervous adventure/adventurous mystery/mysterious "
    "music/musical magic/magical nature/natural nation/national region/regional tradition/traditional person/personal "
    "culture/cultural industry/industrial gold/golden wood/wooden friend/friendly fool/foolish hero/heroic "
    "athlete/athletic artist/artistic energy/energetic science/scientific beauty/beautiful comfort/comfortable "
    "value/valuable fashion/fashionable reason/reasonable fog/foggy fun/funny fur/furry mud/muddy ice/icy hair/hairy "
    "wealth/wealthy health/healthy thirst/thirsty anger/angry week/weekly day/daily year/yearly month/monthly"
)
OPPOSITES = pairs(
    "hot/cold up/down left/right day/night open/closed early/late empty/full fast/slow rich/poor wet/dry high/low "
    "happy/sad heavy/light long/short loud/quiet near/far push/pull buy/sell first/last hard/soft inside/outside "
    "true/false win/lose strong/weak thick/thin wide/narrow clean/dirty cheap/expensive deep/shallow smooth/rough "
    "arrive/depart ask/answer above/below before/after best/worst better/worse enter/exit even/odd friend/enemy "
    "give/take guilty/innocent here/there love/hate lend/borrow maximum/minimum more/less north/south east/west on/off "
    "over/under positive/negative sharp/blunt tight/loose top/bottom victory/defeat with/without always/never "
    "asleep/awake import/export increase/decrease accept/reject remember/forget float/sink permanent/temporary "
    "public/private rural/urban polite/rude summer/winter vertical/horizontal"
)
NEGATIVES = pairs(
    "happy/unhappy able/unable fair/unfair kind/unkind lucky/unlucky safe/unsafe usual/unusual known/unknown "
    "possible/impossible polite/impolite patient/impatient perfect/imperfect mature/immature mobile/immobile "
    "legal/illegal logical/illogical regular/irregular relevant/irrelevant responsible/irresponsible visible/invisible "
    "correct/incorrect complete/incomplete direct/indirect dependent/independent formal/informal active/inactive "
    "accurate/inaccurate honest/dishonest loyal/disloyal similar/dissimilar agree/disagree appear/disappear "
    "like/dislike obey/disobey connect/disconnect lock/unlock tie/untie pack/unpack dress/undress cover/uncover "
    "important/unimportant certain/uncertain healthy/unhealthy common/uncommon finished/unfinished "
    "expected/unexpected legible/illegible literate/illiterate rational/irrational"
)
SPELLINGS = pairs(  # British/American
    "colour/color flavour/flavor honour/honor labour/labor neighbour/neighbor harbour/harbor humour/humor "
    "favourite/favorite centre/center theatre/theater litre/liter fibre/fiber grey/gray defence/defense "
    "offence/offense "
    "travelled/traveled traveller/traveler cancelled/canceled jewellery/jewelry aluminium/aluminum catalogue/catalog "
    "analyse/analyze organise/organize realise/realize recognise/recognize apologise/apologize cosy/cozy mould/mold "
    "plough/plow pyjamas/pajamas sceptical/skeptical moustache/mustache behaviour/behavior rumour/rumor "
    "vapour/vapor armour/armor odour/odor marvellous/marvelous woollen/woolen skilful/skillful fulfil/fulfill"
)
YOUNG = pairs(
    "dog/puppy cat/kitten cow/calf sheep/lamb goat/kid horse/foal pig/piglet duck/duckling goose/gosling chicken/chick "
    "swan/cygnet frog/tadpole kangaroo/joey deer/fawn owl/owlet eagle/eaglet bear/cub lion/cub tiger/cub whale/calf "
    "elephant/calf seal/pup"
)
SYNONYMS = pairs(
    "big/large small/little quick/fast begin/start end/finish happy/glad sad/unhappy angry/furious clever/smart "
    "rich/wealthy correct/right error/mistake gift/present sick/ill strange/odd quiet/silent shut/close buy/purchase "
    "help/assist choose/select answer/reply speak/talk difficult/hard simple/easy near/close fix/repair shop/store "
    "road/street child/kid home/house jump/leap tired/sleepy cold/chilly brave/courageous famous/well-known job/work "
    "trip/journey rock/stone woods/forest scared/afraid"
)
# Verbs that take a thing as their object: the base form and the participle.
PARTICIPLES = pairs(
    "clean/cleaned paint/painted open/opened close/closed carry/carried wash/washed repair/repaired move/moved "
    "lift/lifted push/pushed pull/pulled check/checked count/counted sell/sold buy/bought find/found hide/hidden "
    "take/taken bring/brought build/built break/broken draw/drawn copy/copied pack/packed polish/polished "
    "examine/examined describe/described admire/admired replace/replaced watch/watched"
)
ROLES = each(
    "cook doctor teacher farmer driver nurse baker gardener painter guard plumber clerk pilot sailor neighbour"
)


def with_s(word: str) -> str:
    """The regular form in -s of a noun or a verb."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def many(noun: str) -> str:
    """The plural of a noun."""
    return {"shelf": "shelves", "moose": "moose"}.get(noun) or PLURALS.get(noun) or with_s(noun)


THIRD_PERSON = {verb: with_s(verb) for verb in PARTICIPLES}

# What words name. Each word stands in one class only, and in none of `vocabulary`'s pools with another meaning.
CLASSES: dict[str, tuple[str, ...]] = {
    "vehicle": each("car truck bicycle tram lorry motorcycle van ferryboat tractor scooter taxi sailboat"),
    "tool": each("hacksaw screwdriver chisel pliers wrench axe shovel rake drill spanner crowbar pickaxe"),
    "garment": each("shirt trousers sock sweater skirt blouse coat scarf mitten vest hat cardigan"),
    "instrument": each("violin piano flute trumpet cello clarinet guitar harp trombone oboe banjo accordion"),
    "vegetable": each("carrot onion cabbage spinach leek broccoli turnip celery cauliflower potato radish beetroot"),
    "sport": each("tennis football hockey rowing judo basketball cricket golf fencing badminton rugby volleyball"),
    "body part": each("elbow knee shoulder ankle thumb stomach forehead chin wrist ear neck toe"),
    "profession": each(
        "dentist carpenter lawyer pilot waiter plumber architect tailor butcher librarian surgeon baker"
    ),
    "drink": each("coffee tea milk lemonade water cocoa juice wine beer cider smoothie espresso"),
    "tree": each("oak birch maple willow spruce beech poplar chestnut cedar larch hazel aspen"),
    "bird": each("sparrow owl robin swan crow heron pigeon stork gull blackbird thrush parrot"),
    "weather": each("rain snow fog hail thunder drizzle storm sunshine frost blizzard breeze sleet"),
}
