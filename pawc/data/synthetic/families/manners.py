"""What a sentence does and wants, and how it sounds: intents, acts, questions, styles, speakers; classes only named."""

from __future__ import annotations

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.meaning import filled, sorted_by_meaning
from pawc.data.synthetic.function import Function, Wordings, family

_INTENTS = {
    "order": filled(
        "I would like to buy a {p}.|Please put me down for one {p}.|We'd take the {p}, send it to {c}.|"
        "Another {p} for our office in {c}, please.|Send me two of your {p}s, I pay on delivery.|I want to order a {p}."
    ),
    "cancellation": filled(
        "I no longer want the {p}, please cancel it.|Please call off my booking for {w}.|Kindly cancel my {p}.|"
        "We have to call off our stay in {c}.|Take my name off the list for {w}, I changed my mind.|"
        "Do not send the {p}, I do not need it any more."
    ),
    "complaint": filled(
        "The {p} broke on the first day.|I am very unhappy with your service in {c}.|My {p} arrived in pieces.|"
        "Nobody in {c} was willing to help me, what a shame.|The {p} smells awful, this is not what I paid for.|"
        "This is the third time that you send the wrong {p}."
    ),
    "thanks": filled(
        "Thank you so much for the {p}!|I really appreciate your help on {w}.|Many thanks to the team in {c}.|"
        "The {p} came in time, thanks a lot!|I am grateful to {n} for all the support.|You saved my {w}, thank you!"
    ),
    "price question": filled(
        "How much is the {p}?|What would a {p} cost me?|Could you tell me the price of a room in {c}?|"
        "What do you charge for a day in {c}?|Is the {p} cheaper in {m}?|How expensive are your {p}s?"
    ),
    "opening hours": filled(
        "When does your shop in {c} open on {w}?|Are you open on {w}?|Until when is the {c} branch open?|"
        "At what time do you close on {w}?|Is somebody at the desk before nine on {w}?|"
        "Is the shop in {c} closed in {m}?"
    ),
    "job application": filled(
        "I would like to apply for the position in {c}.|Do you hire people in {m}? I have sent my CV.|"
        "I am looking for work in {c} and attach my references.|Is the post of a driver in {c} still vacant?|"
        "I would love to join your team from {m} on, here is my CV.|Could I work for you during the summer?"
    ),
    "change of address": filled(
        "I am moving to {c} on {w}, please note my new address.|My new address is in {c} from {m} on.|"
        "Please send all letters to my new home in {c}.|We have left {c}; our post should go to the new house.|"
        "Since {m} I live in {c}, please correct your records.|The address that you have of me is out of date."
    ),
}
_INTENT_CLAUSES: dict[str, Wordings] = {
    "order": ("the writer wants to order something", "it is an order"),
    "cancellation": ("the writer wants to cancel something", "something is to be cancelled"),
    "complaint": ("the writer complains", "it is a complaint"),
    "thanks": ("the writer says thanks", "it only thanks us"),
    "price question": ("the writer asks for a price", "somebody wants to know what something costs"),
    "opening hours": ("the writer asks when we are open", "it is a question about opening hours"),
    "job application": ("the writer is looking for a job", "it is a job application"),
    "change of address": ("the writer announces a new address", "somebody has moved house or will"),
}


@family("classification")
def intent(draw: Draw) -> Function:
    """What somebody who writes to a firm wants."""
    given = (
        "a message to a shop",
        "a mail from a customer",
        "what somebody wrote to the service desk",
        "a short message",
    )
    return sorted_by_meaning(draw, _INTENTS, _INTENT_CLAUSES, given, most=5)


_ACTS = {
    "promise": filled(
        "I will bring the {t} back on {w}, I promise.|You have my word, {n}, it will be done by {w}.|"
        "We guarantee that the {p} lasts.|I swear that I will never lose your {t} again.|"
        "Count on me, {n}, I'll be there."
    ),
    "apology": filled(
        "I am so sorry about the {t}.|Please forgive me for breaking the {p}.|We apologise for the delay on {w}.|"
        "Sorry, {n}, I forgot your {p}.|It was my fault that the {t} fell, excuse me."
    ),
    "warning": filled(
        "Watch out, the {t} is slippery!|Be careful on the road to {c}!|Do not touch the {t}, it may hurt you!|"
        "Mind the step, {n}!|Danger: the {p} may catch fire."
    ),
    "request": filled(
        "Could you send me the {p}?|Please lend me your {t}.|Would you call {n} for me, please?|"
        "Can you bring the {t} to {c} for us?|I'd like you to water the plants on {w}."
    ),
    "compliment": filled(
        "What a beautiful {t} you have!|You did a great job, {n}!|Nobody runs a shop as nicely as you do in {c}!|"
        "That {p} looks wonderful on you!|You are the best cook in {c}, {n}."
    ),
    "greeting": filled(
        "Hello, {n}!|Good morning, {n}, and welcome to {c}!|Nice to meet you, {n}!|Hi {n}, how are you?|"
        "Good evening, everybody in {c}!"
    ),
    "refusal": filled(
        "No, I will not sell the {t}.|We cannot accept your offer for the {p}.|I would rather not go to {c}, thanks.|"
        "Out of the question, {n}, the {t} stays here.|I refuse to pay for the {p}."
    ),
    "advice": filled(
        "You should clean the {t} more often.|If I were you, I would move to {c}.|It is best to buy the {p} on a {w}.|"
        "You had better ask {n} first.|Why don't you try a smaller {t}?"
    ),
}


@family("classification")
def speech_act(draw: Draw) -> Function:
    """What a sentence does: it promises, warns, refuses, advises..."""
    verbs = {
        "promise": "promises something", "apology": "apologises", "warning": "warns somebody",
        "request": "asks a favour",
        "compliment": "pays a compliment", "greeting": "greets somebody", "refusal": "refuses something",
        "advice": "gives advice",
    }  # fmt: skip
    clauses: dict[str, Wordings] = {
        name: (f"the speaker {verb}", f"somebody {verb} here", f"what it does is this: the speaker {verb}")
        for name, verb in verbs.items()
    }
    given = ("a sentence", "something that was said", "one line of a conversation", "what somebody says")
    return sorted_by_meaning(draw, _ACTS, clauses, given, most=5)


_ASKED = {
    "person": filled(
        "Who has the {t}?|Whose {p} is this?|Which of your friends lives in {c}?|Who broke the {t} on {w}?|"
        "By whom was this written?"
    ),
    "place": filled(
        "Where is the {t}?|In which town does {n} live?|Where can I buy a {p}?|Which country are you from?|"
        "Where did {n} leave the {t}?"
    ),
    "time": filled(
        "When does {n} arrive?|On which day is the market in {c}?|Until when can I return the {p}?|"
        "Since when has the {t} been here?|In what year was the {t} built?"
    ),
    "number": filled(
        "How many people live in {c}?|How often does {n} call?|How many times did the {t} fall?|"
        "How many {p}s do you need?|How many hours is it to {c}?"
    ),
    "reason": filled(
        "Why is the {t} wet?|For what reason did {n} leave?|Why do they close on {w}?|"
        "What made {n} so angry?|How come the {p} is gone?"
    ),
    "yes or no": filled(
        "Is the {t} broken?|Does {n} like {c}?|Are you at home on {w}?|Have you seen the {p}?|Can {n} swim?"
    ),
    "manner": filled(
        "How do I open the {t}?|How does one repair a {p}?|In what way can {n} help us?|"
        "How can I get to {c}?|How is this {t} used?"
    ),
}


@family("classification")
def question_asks_for(draw: Draw) -> Function:
    """What a question wants to know: a person, a place, a time, a number, a reason, yes or no."""
    clauses: dict[str, Wordings] = {
        name: (f"the question asks for a {name}", f"the answer would be a {name}") for name in _ASKED
    }
    clauses["yes or no"] = ("the question can be answered by yes or no", "yes or no would be an answer")
    clauses["manner"] = ("the question asks how something is done", "it asks in what way something is done")
    given = ("a question", "a visitor's question", "one question in English", "what somebody asks")
    return sorted_by_meaning(draw, _ASKED, clauses, given, most=5)


_REGISTERS = {
    "formal": filled(
        "We hereby confirm receipt of your {p}.|I should be most grateful for a reply by {w}.|"
        "Kindly be advised that our branch in {c} will be closed.|"
        "Please find enclosed the documents concerning the {t}.|"
        "The undersigned requests the return of the {t}."
    ),
    "casual": filled(
        "hey {n}, wanna grab the {p} later?|lol the {t} is totally busted|gonna be in {c} on {w}, see ya!|"
        "yep got the {t}, no worries mate|dude, {n} is sooo late again"
    ),
    "poetic": filled(
        "O silent {t}, asleep beneath the moon!|And softly over {c} fell the evening's golden veil.|"
        "My heart, a {t} adrift on silver seas.|Whisper, {n}, to the roses of the night.|"
        "The dawn hath kissed thy {t}, my love."
    ),
    "technical": filled(
        "Insert the {t} into slot B and tighten both screws.|The {p} module requires firmware 2.1 or later.|"
        "Set the timeout of the {t} to 30 before restarting.|Checksum mismatch at block 7 of the {t} driver.|"
        "Connect the {t} sensor to port 4 and recalibrate."
    ),
}


@family("classification")
def register_of_text(draw: Draw) -> Function:
    """How a text sounds: formal, casual, poetic, technical."""
    clauses: dict[str, Wordings] = {
        name: (f"the text is {name}", f"it sounds {name}", f"the style is {name}") for name in _REGISTERS
    }
    given = ("a sentence", "a line of text", "a short text", "a line from somewhere")
    return sorted_by_meaning(draw, _REGISTERS, clauses, given)


_SPEAKERS = {
    "guest": filled(
        "Could I have a table by the window on {w}?|The soup was cold, may I see the manager?|"
        "We would like the bill, please.|"
        "Is the fish from {c} fresh?|I booked a table for {w} in the name of {n}."
    ),
    "waiter": filled(
        "Are you ready to order?|Today's special is fish from {c}.|I will bring you the menu.|"
        "Would you like some more wine?|Your table is ready, please follow me."
    ),
    "teacher": filled(
        "Open your books at the page about {c}.|{n}, please come to the blackboard.|Your homework for {w} is an essay.|"
        "Who knows the answer? Yes, {n}?|The test on {w} covers the first two chapters."
    ),
    "patient": filled(
        "My back has been hurting since {w}.|Doctor, the pills do not help.|I have had a fever since {w}.|"
        "Do I have to stay in bed, doctor?|It hurts when I lift the {t}."
    ),
    "salesperson": filled(
        "This {p} is half price until {w}.|May I show you our new {p}?|With every {p} you get a {t} for nothing.|"
        "The {p} comes in three colours, which one do you like?|Shall I wrap the {p} for you?"
    ),
    "driver": filled(
        "Next stop: {c}, please mind the step.|We are stuck in traffic before {c}.|I have to fill the tank before {c}.|"
        "Fasten your seat belts, we are leaving for {c}.|Is {c} the right exit?"
    ),
}


@family("classification")
def speaker_of_line(draw: Draw) -> Function:
    """Who is likely to say a line: a guest, a waiter, a teacher, a patient, a salesperson, a driver."""
    clauses: dict[str, Wordings] = {
        name: (f"a {name} would say it", f"the speaker is a {name}", f"it is a line for a {name}") for name in _SPEAKERS
    }
    given = ("a line of a play", "something that was said", "a sentence from a conversation")
    return sorted_by_meaning(draw, _SPEAKERS, clauses, given, most=5)
