/**
 * An automaton over a vocabulary -> which tokens may come next (as pawc/runtime/automaton_masks.py, to the last token).
 *
 * Tokens are read as sequences of classes once, as one tree; a mask walks the tree and not the vocabulary.
 */

const LOOK_BACK = 4;

export class Vocabulary {
  /** @param {import("./tokenizer.mjs").Tokenizer} tokenizer */
  constructor(tokenizer) {
    this.bytes = tokenizer.bytes;
    this.size = tokenizer.size;
    this._tokenizer = tokenizer;
    this._numbers = new Map();
    this.longest = 0;
    this.bytes.forEach((bytes, token) => {
      const key = latin(bytes);
      if (bytes.length && !this._numbers.has(key)) this._numbers.set(key, token);
      this.longest = Math.max(this.longest, bytes.length);
    });
    this._sorted = [...this._numbers.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  /** The tokens that begin with these bytes (a text of a character per byte). */
  *beginning(start) {
    let low = 0;
    for (let high = this._sorted.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this._sorted[middle] < start) low = middle + 1;
      else high = middle;
    }
    for (; this._sorted[low]?.startsWith(start); low++) yield this._sorted[low];
  }

  /** The tokens that the tokenizer writes these bytes with; parts of broken characters by the longest tokens. */
  tokenize(bytes) {
    const tokens = [];
    let rest = bytes;
    while (rest.length) {
      const whole = validPrefix(rest);
      if (whole) {
        tokens.push(...this._tokenizer.encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(rest.subarray(0, whole))));
        rest = rest.subarray(whole);
        continue;
      }
      let broken = 1;
      while (broken < rest.length && (rest[broken] & 0xc0) === 0x80 && isStart(rest.subarray(0, broken + 1))) broken++;
      let part = latin(rest.subarray(0, broken));
      rest = rest.subarray(broken);
      while (part) {
        let length = part.length;
        while (length > 1 && !this._numbers.has(part.slice(0, length))) length--;
        if (this._numbers.has(part.slice(0, length))) tokens.push(this._numbers.get(part.slice(0, length)));
        part = part.slice(length);
      }
    }
    return tokens;
  }
}

export class Constraint {
  constructor(automaton, vocabulary, stop) {
    Object.assign(this, { automaton, vocabulary, stop });
    this._trees = new Map();
    this._masks = new Map();
  }

  /** A new answer, nothing written yet. */
  start() {
    return new State(this);
  }

  /** One byte per token: whether all of its bytes may come next. */
  mask(place) {
    const key = `${place.state} ${place.node} ${place.counters}`;
    let mask = this._masks.get(key);
    if (!mask) {
      mask = this._mask(place);
      if (this._masks.size >= 512) this._masks.delete(this._masks.keys().next().value);
      this._masks.set(key, mask);
    }
    return mask;
  }

  _mask(place) {
    const { automaton } = this;
    const tree = this._tree(place.node);
    const states = new Uint16Array(tree.parents.length);
    const counters = [place.counters];
    states[0] = place.state;
    for (let at = 1; at < states.length; at++) {
      const parent = tree.parents[at];
      const before = states[parent];
      const after = before && automaton.moves[before * automaton.classes + tree.kinds[at]];
      if (!after) continue;
      counters[at] = automaton.count(before, tree.kinds[at], counters[parent]);
      if (counters[at]) states[at] = after;
    }
    const mask = new Uint8Array(this.vocabulary.size);
    for (let at = 0; at < tree.tokens.length; at++) mask[tree.tokens[at]] = states[tree.ends[at]] ? 1 : 0;
    for (const [token, end, node] of tree.inside) {
      if (mask[token] && !automaton.goesOn({ state: states[end], node, counters: counters[end] })) mask[token] = 0;
    }
    return mask;
  }

  /** All tokens as sequences of classes, for an answer at this node of the decoder; parents first. */
  _tree(node) {
    let tree = this._trees.get(node);
    if (tree) return tree;
    const { automaton } = this;
    tree = { parents: [0], kinds: [0], tokens: [], ends: [], inside: [] };
    const places = new Map();
    this.vocabulary.bytes.forEach((bytes, token) => {
      let [at, within] = [0, node];
      for (const byte of bytes) {
        within = automaton.decoder[within * automaton.columns + automaton.bytes[byte]];
        if (within === 0) return;
        if (within > 0) continue;
        const key = at * automaton.classes - within;
        if (!places.has(key)) {
          places.set(key, tree.parents.length);
          tree.parents.push(at);
          tree.kinds.push(-within);
        }
        [at, within] = [places.get(key), 0];
      }
      if (!bytes.length) return;
      tree.tokens.push(token);
      tree.ends.push(at);
      if (within) tree.inside.push([token, at, within]);
    });
    this._trees.set(node, tree);
    return tree;
  }

  /** The tokens of the bytes that must come next, as the tokenizer writes them after the token `last` (-1: none). */
  forced(place, last) {
    const { automaton, vocabulary } = this;
    const forced = [];
    let after = place;
    // No state is passed twice on one way, or it would be a circle without an end; a character has up to four bytes.
    while (!automaton.isComplete(after) && forced.length < 4 * automaton.states) {
      const next = automaton.nextBytes(after);
      if (next.length !== 1) break;
      forced.push(next[0]);
      after = automaton.step(after, next[0]);
    }
    if (!forced.length) return [];
    const before = last < 0 ? [] : vocabulary.bytes[last];
    let tokens = vocabulary.tokenize(Uint8Array.from([...before, ...forced]));
    if (last >= 0 && tokens[0] === last) tokens = tokens.slice(1);
    else if (last >= 0) tokens = vocabulary.tokenize(Uint8Array.from(forced));
    if (tokens.flatMap((token) => [...vocabulary.bytes[token]]).join() !== forced.join()) return [];
    return tokens.slice(0, tokens.length - this._chopped(tokens, after));
  }

  /** How many tokens at the end may be part of longer ones, given what may follow. */
  _chopped(tokens, after) {
    const ends = tokens.slice(-LOOK_BACK).map((token) => latin(this.vocabulary.bytes[token])).join("").slice(-this.vocabulary.longest);
    const following = this.automaton.nextBytes(after);
    for (let start = 0; start < ends.length; start++) {
      if (!this._goesOn(ends.slice(start), after, following)) continue;
      let count = 0;
      for (let length = ends.length - start; length > 0; length -= this.vocabulary.bytes[tokens.at(-count)].length) count++;
      return count;
    }
    return 0;
  }

  /** Whether a token is longer than `begun`, begins so, and its rest may be written. */
  _goesOn(begun, after, following) {
    for (const byte of following) {
      for (const token of this.vocabulary.beginning(begun + String.fromCharCode(byte))) {
        let place = after;
        for (let at = begun.length; place && at < token.length; at++) place = this.automaton.step(place, token.charCodeAt(at));
        if (place) return true;
      }
    }
    return false;
  }
}

/** How far one answer has been written. */
class State {
  constructor(constraint) {
    this._constraint = constraint;
    this._place = constraint.automaton.start;
    this._last = -1;
  }

  /** Whether what is written is a value of the type: the answer may stop here. */
  get complete() {
    return this._constraint.automaton.isComplete(this._place);
  }

  /** Whether nothing can be written any more; without being complete only where the tokenizer has no token for it. */
  get mustStop() {
    const { automaton } = this._constraint;
    if (this._place.node === 0 && !automaton.live(this._place).length) return true;
    return !this.complete && !this.allowed().includes(1);
  }

  /** One byte per token: whether it may come next. Never a control token but those that stop. */
  allowed() {
    const forced = this.forced();
    const mask = forced.length ? new Uint8Array(this._constraint.vocabulary.size) : this._constraint.mask(this._place).slice();
    if (forced.length) mask[forced[0]] = 1;
    for (const token of this._constraint.stop) mask[token] = this.complete ? 1 : 0;
    return mask;
  }

  /** Write one token, which must be allowed. */
  advance(token) {
    for (const byte of this._constraint.vocabulary.bytes[token]) {
      this._place = this._constraint.automaton.step(this._place, byte);
      if (!this._place) throw new Error(`token ${token} is not allowed here`);
    }
    this._last = token;
  }

  /** The tokens that must come next whatever the model thinks. */
  forced() {
    return this._constraint.forced(this._place, this._last);
  }
}

/** Bytes as a text of one character each, to look up and to compare. */
function latin(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** How many bytes at the beginning are whole characters. */
function validPrefix(bytes) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at] < 0x80 ? 1 : bytes[at] < 0xe0 ? 2 : bytes[at] < 0xf0 ? 3 : 4;
    try {
      decoder.decode(bytes.subarray(at, at + length));
    } catch {
      break;
    }
    at += length;
  }
  return Math.min(at, bytes.length);
}

/** Whether some character begins with these bytes. */
function isStart(bytes) {
  const [first, second] = bytes;
  const length = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  if (first > 0xf4 || bytes.length >= length + 1 || bytes.length > length) return false;
  if (first === 0xe0 && second < 0xa0) return false;
  if (first === 0xed && second > 0x9f) return false;
  if (first === 0xf0 && second < 0x90) return false;
  return !(first === 0xf4 && second > 0x8f);
}
