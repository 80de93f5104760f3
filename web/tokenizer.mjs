/**
 * Text <-> tokens of one interpreter, with its control tokens out of a user's reach (as pawc/runtime/tokenizer.py).
 *
 * The library splits texts at the names of control tokens, whoever wrote them: it is given a vocabulary that has none.
 */

import { Tokenizer as Library } from "./lib/tokenizers.mjs";

export class Tokenizer {
  /** @param {object} content what `tokenizer.json` holds */
  constructor(content) {
    const added = content.added_tokens ?? [];
    this.control = new Map(added.filter((token) => token.special).map((token) => [token.content, token.id]));
    this._library = new Library(
      {
        ...content,
        added_tokens: added.filter((token) => !token.special),
        pre_tokenizer: asInRust(content.pre_tokenizer),
        post_processor: null,
        truncation: null,
        padding: null,
      },
      {},
    );
    this.bytes = tokenBytes(content);
    const names = [...this.control.keys()].sort((a, b) => b.length - a.length);
    this._markup = names.length ? new RegExp(`(${names.map(escape).join("|")})`, "u") : null;
  }

  /** How many tokens there are. */
  get size() {
    return this.bytes.length;
  }

  /** The tokens of plain text: never a control token. */
  encode(text) {
    return text ? this._library.encode(text.toWellFormed(), { add_special_tokens: false }).ids : [];
  }

  /** The tokens of a layout's own text, where the names of control tokens mean those tokens. */
  encodeMarkup(text) {
    const parts = this._markup ? text.split(this._markup) : [text];
    return parts.flatMap((part) => (this.control.has(part) ? [this.control.get(part)] : this.encode(part)));
  }

  /** The text that tokens stand for; a broken character is U+FFFD. */
  decode(ids) {
    const parts = ids.map((id) => this.bytes[id]);
    const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole);
  }
}

/** The bytes of each token, by number; none for control tokens (as pawc/runtime/token_bytes.py). */
export function tokenBytes(content) {
  const encoder = new TextEncoder();
  const steps = [content.decoder, content.pre_tokenizer].filter(Boolean);
  const all = steps.flatMap((step) => [step, ...(step.decoders ?? []), ...(step.pretokenizers ?? [])]);
  const read = all.some((step) => step.type === "ByteLevel") ? byteLevel(encoder) : withFallback(encoder);
  const { vocab } = content.model;
  const pairs = Array.isArray(vocab) ? vocab.map(([text], id) => [text, id]) : Object.entries(vocab);
  const found = [];
  for (const [text, id] of pairs) found[id] = read(text);
  for (const token of content.added_tokens ?? []) {
    found[token.id] = token.special ? new Uint8Array() : encoder.encode(token.content);
  }
  return Array.from(found, (one) => one ?? new Uint8Array());
}

/** GPT-2's printable character for each byte. */
function byteLevel(encoder) {
  const table = new Map();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    table.set(String.fromCharCode(printable ? byte : next++), byte);
  }
  return (text) => {
    const bytes = Array.from(text, (char) => table.get(char));
    return bytes.includes(undefined) ? encoder.encode(text) : Uint8Array.from(bytes);
  };
}

/** As SentencePiece writes it: `▁` is a space, `<0x0A>` a byte. */
function withFallback(encoder) {
  return (text) => {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(text);
    return byte ? Uint8Array.of(parseInt(byte[1], 16)) : encoder.encode(text.replaceAll("\u2581", " "));
  };
}

/** The library knows the digits 0 to 9 only where the original means every number of Unicode. */
function asInRust(step) {
  if (step?.type === "Digits") {
    const pattern = step.individual_digits ? "\\p{N}" : "\\p{N}+";
    return { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
  }
  return step?.pretokenizers ? { ...step, pretokenizers: step.pretokenizers.map(asInRust) } : step;
}

function escape(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&");
}
