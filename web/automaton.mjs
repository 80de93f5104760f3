/** The automaton of an output type, as tables: where an answer is, and which bytes may come next (docs/format.md). */

import { PawError } from "./errors.mjs";

const PARTS = ["bytes", "decoder", "moves", "accepting", "counts"];
const RESET = 0;

/** Where an answer is: the state, the node of the decoder (0 between characters), and the counters. */
const START = { state: 1, node: 0, counters: [] };

export class Automaton {
  constructor({ bytes, decoder, moves, accepting, counts, columns, classes }) {
    Object.assign(this, { bytes, decoder, moves, accepting, columns, classes });
    this.nodes = decoder.length / columns;
    this.states = moves.length / classes;
    this._marks = new Map();
    let counters = 0;
    for (let at = 0; at < counts.length; at += 4) {
      const [state, kind, counter, most] = counts.subarray(at, at + 4);
      this._marks.set(state * classes + kind, { counter, most });
      counters = Math.max(counters, counter + 1);
    }
    this._start = { ...START, counters: new Array(counters).fill(0) };
    this._reaches = this._reached();
  }

  /** The automaton that an executable holds for a function; checked: no table leads out of another. */
  static async load(executable, symbol) {
    const tables = {};
    const shapes = {};
    for (const part of PARTS) {
      const ref = executable.attachment(`automaton/${part}/${symbol}`);
      if (!ref && part !== "counts") throw new PawError("P0529", `there is no table \`${part}\` for the result of \`${symbol}\``);
      tables[part] = ref ? await executable.tensor(ref) : new Uint16Array();
      shapes[part] = ref?.shape ?? [0, 4];
    }
    const [nodes, columns] = shapes.decoder;
    const [states, classes] = shapes.moves;
    const sound =
      tables.bytes.length === 256 &&
      tables.bytes.every((column) => column < columns) &&
      tables.decoder.every((next) => next < nodes && -next < classes) &&
      tables.moves.every((next, at) => next < states && (at >= classes || next === 0)) &&
      tables.accepting.length === states &&
      shapes.counts[1] === 4 &&
      tables.counts.every((value, at) => value < [states, classes, 64, 1 << 16][at % 4]);
    if (!sound) throw new PawError("P0529", `the tables for the result of \`${symbol}\` do not fit each other`);
    return new Automaton({ ...tables, columns, classes });
  }

  get start() {
    return this._start;
  }

  /** What a character of a class does to the counters; null: it cannot come here. */
  count(state, kind, counters) {
    const mark = this._marks.get(state * this.classes + kind);
    if (!mark) return counters;
    if (mark.most !== RESET && counters[mark.counter] >= mark.most) return null;
    return counters.with(mark.counter, mark.most === RESET ? 0 : counters[mark.counter] + 1);
  }

  /** The classes that may come next. */
  live({ state, counters }) {
    const found = [];
    for (let kind = 1; kind < this.classes; kind++) {
      if (this.moves[state * this.classes + kind] && this.count(state, kind, counters)) found.push(kind);
    }
    return found;
  }

  /** Where a byte leads; null: nowhere. */
  step(place, byte) {
    const next = this.decoder[place.node * this.columns + this.bytes[byte]];
    if (next > 0) {
      const reached = { ...place, node: next };
      return this.goesOn(reached) ? reached : null;
    }
    const state = this.moves[place.state * this.classes - next];
    const counters = state ? this.count(place.state, -next, place.counters) : null;
    return counters && { state, node: 0, counters };
  }

  /** Whether the character that was begun can still become one that may come here. */
  goesOn(place) {
    return this.live(place).some((kind) => this._reaches[place.node].has(kind));
  }

  /** The bytes that may come next. */
  nextBytes(place) {
    const found = [];
    for (let byte = 0; byte < 256; byte++) if (this.step(place, byte)) found.push(byte);
    return found;
  }

  isComplete(place) {
    return place.node === 0 && this.accepting[place.state] === 1;
  }

  /** For each node, the classes a character may have that got so far. */
  _reached() {
    const reached = Array.from({ length: this.nodes }, () => new Set());
    for (let round = 0; round < 4; round++) {
      for (let at = 0; at < this.decoder.length; at++) {
        const classes = reached[Math.floor(at / this.columns)];
        const next = this.decoder[at];
        if (next < 0) classes.add(-next);
        else if (next > 0) reached[next].forEach((kind) => classes.add(kind));
      }
    }
    return reached;
  }
}
