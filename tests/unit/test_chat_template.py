"""Chat templates of several families -> the markup between the texts of a conversation."""

from __future__ import annotations

import pytest
from tiny import CHATML

from pawc.interpreters.chat_template import UnusableTemplateError, chat_pieces, plain_pieces

# As published with the models, shortened where it makes no difference to plain conversations.
SMOLLM = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a helpful AI assistant<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{%- if messages[0]['role'] == 'system' -%}{%- set first = messages[0]['content'] + '\n\n' -%}"
    "{%- set messages = messages[1:] -%}{%- else -%}{%- set first = '' -%}{%- endif -%}"
    "{%- for message in messages -%}"
    "{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}"
    "{{ raise_exception('roles must alternate') }}{%- endif -%}"
    "{%- set role = 'model' if message['role'] == 'assistant' else message['role'] -%}"
    "{{ '<start_of_turn>' + role + '\n' + (first if loop.first else '') }}{{ message['content'] | trim }}"
    "{{ '<end_of_turn>\n' }}{%- endfor -%}{%- if add_generation_prompt -%}{{ '<start_of_turn>model\n' }}{%- endif -%}"
)
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + CHATML
MISTRAL = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] %}"
    "{% set messages = messages[1:] %}{% endif %}{% for message in messages %}{% if message['role'] == 'user' %}"
    "{{ '[INST] ' + (system + '\n\n' if loop.first and system is defined else '') + message['content'] + '[/INST] ' }}"
    "{% else %}{{ message['content'] + eos_token }}{% endif %}{% endfor %}"
)
QWEN3 = CHATML + "{% if add_generation_prompt and enable_thinking is false %}{{ '<think>\n\n</think>\n\n' }}{% endif %}"
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}


def conversation(pieces: dict[str, str], spec: str, turns: list[tuple[str, str]], last: str) -> str:
    """What the pieces make of a conversation."""
    text = pieces["start"] + spec + pieces["after_spec"]
    for given, wanted in turns:
        text += pieces["before_input"] + given + pieces["after_input"] + wanted + pieces["after_output"]
    return text + pieces["before_input"] + last + pieces["after_input"]


def test_chatml_turns_close_on_their_own() -> None:
    assert chat_pieces(SMOLLM, SPECIAL) == {
        "start": "<|im_start|>system\n",
        "after_spec": "<|im_end|>\n",
        "before_input": "<|im_start|>user\n",
        "after_input": "<|im_end|>\n<|im_start|>assistant\n",
        "after_output": "<|im_end|>\n",
    }


def test_a_system_message_that_opens_the_first_user_turn() -> None:
    assert conversation(chat_pieces(GEMMA, SPECIAL), "S", [("A", "B")], "C") == (
        "<s><start_of_turn>user\nS\n\nA<end_of_turn>\n<start_of_turn>model\nB<end_of_turn>\n"
        "<start_of_turn>user\nC<end_of_turn>\n<start_of_turn>model\n"
    )


def test_without_a_system_role_the_specification_opens_the_first_user_turn() -> None:
    pieces = chat_pieces(NO_SYSTEM, SPECIAL)
    assert conversation(pieces, "S", [("A", "B")], "C") == (
        "<|im_start|>user\nS\n\nA<|im_end|>\n<|im_start|>assistant\nB<|im_end|>\n"
        "<|im_start|>user\nC<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_template_without_turns_of_their_own() -> None:
    pieces = chat_pieces(MISTRAL, SPECIAL)
    assert conversation(pieces, "S", [("A", "B")], "C") == "<s>[INST] S\n\nA[/INST] B</s>[INST] C[/INST] "


def test_thinking_is_switched_off_and_shots_look_like_the_query() -> None:
    pieces = chat_pieces(QWEN3, SPECIAL)
    assert pieces["after_input"].endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def test_the_day_of_the_conversion_does_not_show() -> None:
    dated = "{% if strftime_now is defined %}{{ strftime_now('%d %b %Y') }}{% endif %}" + CHATML
    assert chat_pieces(dated, SPECIAL) == chat_pieces(CHATML, SPECIAL)


@pytest.mark.parametrize(
    "template",
    [
        "{{ raise_exception('never') }}",
        "{% for",
        "hello",
        "{{ messages[7].content }}",
        "{% for m in messages %}{{ m['content'] | upper }}{% endfor %}",
        "{% for m in messages %}{{ m['content'] }}{% endfor %}",
        "{{ messages.append(1) }}",
    ],
)
def test_unusable_templates_are_refused(template: str) -> None:
    with pytest.raises(UnusableTemplateError):
        chat_pieces(template, SPECIAL)


def test_a_model_without_a_template_gets_labelled_lines() -> None:
    pieces = plain_pieces("<s>", "</s>")
    assert conversation(pieces, "S", [("A", "B")], "C") == ("<s>S\n\nInput:\nA\nOutput:\nB</s>\n\nInput:\nC\nOutput:\n")
