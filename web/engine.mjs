/**
 * One interpreter in the browser: neural functions and texts in, answers out.
 *
 * `graph.run` is what an onnxruntime session does; docs/onnx.md defines its inputs and outputs. The rules of answers are
 * those of the Python backends: types with few values are scored, any other is written token by token.
 */

import { Automaton } from "./automaton.mjs";
import { PawError } from "./errors.mjs";
import { Layout } from "./layout.mjs";
import { Constraint, Vocabulary } from "./masks.mjs";
import { dequantize } from "./prefix.mjs";
import { choices, isFree, name, parse, render } from "./types.mjs";

const DEFAULT_MAX_TOKENS = 64;

/** So many tokens are read at once: attention takes memory by their square. */
const PIECE = 512;

export class Engine {
  /**
   * @param {object} graph `run(feeds)`, `tensor(type, data, shape)`
   * @param {object} info what `interp.json` holds
   * @param {import("./tokenizer.mjs").Tokenizer} tokenizer
   */
  constructor(executable, graph, info, tokenizer) {
    this._executable = executable;
    this._graph = graph;
    this._info = info;
    this._tokenizer = tokenizer;
    this._layout = new Layout(info, tokenizer);
    this._vocabulary = new Vocabulary(tokenizer);
    this._states = new Map();
    this._constraints = new Map();
  }

  /** The answer of a function: `{ value, text, scores }`, scores being the probability of each choice or null. */
  async call(definition, args) {
    const query = this._layout.query(inputText(definition.params, args));
    const options = Object.fromEntries(definition.options);
    const maxTokens = options.max_tokens ?? DEFAULT_MAX_TOKENS;
    const few = choices(definition.result);
    const labels = few?.map(({ text }) => this._layout.answer(text));
    const program = await this._programStates(definition);
    const room = this._info.max_positions - program.length - (labels ? Math.max(...labels.map((l) => l.length)) : maxTokens + 1);
    if (query.length > room) {
      throw new PawError("P0802", `the input has ${query.length} tokens, the interpreter has room for ${Math.max(room, 0)}`);
    }
    const reading = new Reading(this._graph, this._info, program);
    if (few) return this._choose(reading, query, few, labels, options.abstain, definition.program.calibration);
    return this._write(reading, query, definition, maxTokens, options.abstain);
  }

  async _choose(reading, query, few, labels, abstain, calibration) {
    const plain = await scoreLabels(reading, query, labels);
    const scores = calibration ? plain.map((score, at) => (score + calibration.bias[at]) / calibration.temperature) : plain;
    const probabilities = softmax(scores);
    const best = scores.indexOf(Math.max(...scores));
    const sure = abstain === undefined || abstain === null || probabilities[best] >= abstain;
    return {
      value: sure ? few[best].value : null,
      text: few[best].text,
      scores: few.map(({ text }, at) => [text, probabilities[at]]),
    };
  }

  async _write(reading, query, definition, maxTokens, abstain) {
    const kind = definition.result;
    const state = (await this._constraint(definition))?.start();
    const { stop } = this._layout;
    const tokens = [];
    let logProbability = 0;
    let [done, failed] = [false, false];
    const write = (token) => {
      tokens.push(token);
      state?.advance(token);
    };
    const goOn = () => {
      if (!state) {
        done = tokens.length >= maxTokens;
        return;
      }
      for (const token of state.forced()) {
        if (tokens.length >= maxTokens) {
          done = failed = true;
          return;
        }
        write(token);
      }
      if (state.mustStop) [done, failed] = [true, !state.complete];
    };
    goOn();
    let pending = [...query, ...tokens];
    while (!done) {
      const [logits] = await reading.read(pending);
      const allowed = state?.allowed();
      const token = likeliest(logits, allowed);
      logProbability += logits[token] - logSumExp(logits, allowed);
      const written = tokens.length;
      if (stop.has(token)) done = true;
      else if (tokens.length >= maxTokens) done = failed = true;
      else {
        write(token);
        goOn();
      }
      pending = tokens.slice(written);
    }
    const text = this._tokenizer.decode(tokens);
    if (failed) throw new PawError("P0803", `no complete \`${name(kind)}\` within ${maxTokens} tokens: ${text.slice(0, 60)}`);
    if (abstain !== undefined && abstain !== null && Math.exp(logProbability) < abstain) return { value: null, text, scores: null };
    return { value: parse(kind, text), text, scores: null };
  }

  async _constraint({ symbol, result }) {
    if (isFree(result)) return null;
    if (!this._constraints.has(symbol)) {
      const automaton = await Automaton.load(this._executable, symbol);
      this._constraints.set(symbol, new Constraint(automaton, this._vocabulary, this._layout.stop));
    }
    return this._constraints.get(symbol);
  }

  /** The states that a call starts from: the prefix, then the program's tokens as read behind it. */
  async _programStates({ symbol, program }) {
    if (!this._states.has(symbol)) {
      let states = States.empty(this._info);
      if (program.prefix) states = States.ofPrefix(await dequantize(this._executable, program.prefix));
      const reading = new Reading(this._graph, this._info, states);
      if (program.tokens.length) await reading.read(program.tokens);
      this._states.set(symbol, states.followedBy(reading.past));
    }
    return this._states.get(symbol);
  }
}

/** Keys and values of every layer, `[kv_heads, length, head_dim]` each, in the order in which the graph names them. */
class States {
  constructor(heads, size, length, arrays) {
    Object.assign(this, { heads, size, length, arrays });
  }

  static empty({ layers, kv_heads: heads, head_dim: size }) {
    return new States(heads, size, 0, Array.from({ length: 2 * layers }, () => new Float32Array()));
  }

  static ofPrefix({ shape: [layers, , heads, length, size], data }) {
    const each = heads * length * size;
    return new States(heads, size, length, Array.from({ length: 2 * layers }, (_, at) => data.subarray(at * each, (at + 1) * each)));
  }

  /** These states, then those. */
  followedBy(other) {
    if (!other.length) return this;
    const length = this.length + other.length;
    const arrays = this.arrays.map((mine, at) => {
      const both = new Float32Array(this.heads * length * this.size);
      for (let head = 0; head < this.heads; head++) {
        const [own, theirs] = [this.length * this.size, other.length * this.size];
        both.set(mine.subarray(head * own, (head + 1) * own), head * (own + theirs));
        both.set(other.arrays[at].subarray(head * theirs, (head + 1) * theirs), head * (own + theirs) + own);
      }
      return both;
    });
    return new States(this.heads, this.size, length, arrays);
  }

  /** The inputs of the graph that hold them. */
  feeds(graph, prefix, leading) {
    const shape = [...leading, this.heads, this.length, this.size];
    return Object.fromEntries(
      this.arrays.map((array, at) => [
        `${prefix}.${at >> 1}.${at % 2 ? "values" : "keys"}`,
        graph.tensor("float32", array, shape),
      ]),
    );
  }
}

/** One row that is read behind a program's states. */
class Reading {
  constructor(graph, info, program) {
    Object.assign(this, { _graph: graph, _info: info, _program: program });
    this.past = States.empty(info);
  }

  /** Read tokens; the logits after the last. */
  async read(tokens) {
    let logits;
    for (let at = 0; at < tokens.length; at += PIECE) {
      const piece = tokens.slice(at, at + PIECE);
      const depths = piece.map((_, index) => index);
      logits = await this._run(piece, depths, null, [piece.length - 1], piece.length);
    }
    return logits;
  }

  /** Read tokens and then nodes of a tree, each seeing its own path only; the logits after the tokens and each node. */
  async readTree(tokens, nodes) {
    const rest = tokens.length % PIECE || PIECE;
    if (tokens.length > rest) await this.read(tokens.slice(0, -rest));
    const last = tokens.slice(-rest);
    const count = last.length + nodes.length;
    const sees = new Uint8Array(count * count).fill(1);
    nodes.forEach((node, row) =>
      nodes.forEach((other, column) => {
        sees[(last.length + row) * count + last.length + column] = node.sees.has(other) ? 1 : 0;
      }),
    );
    const depths = [...last.keys(), ...nodes.map((node) => last.length + node.depth)];
    const wanted = [last.length - 1, ...nodes.map((_, at) => last.length + at)];
    return this._run([...last, ...nodes.map((node) => node.token)], depths, sees, wanted, last.length);
  }

  /** One run of the graph; the states of the first `kept` tokens are kept. */
  async _run(tokens, depths, sees, wanted, kept) {
    const graph = this._graph;
    const length = tokens.length;
    const begin = this._program.length + this.past.length;
    const whole = (values, shape) => graph.tensor("int64", BigInt64Array.from(values, BigInt), shape);
    const outputs = await graph.run({
      ids: whole(tokens, [1, length]),
      positions: whole(depths.map((depth) => begin + depth), [1, length]),
      sees: graph.tensor("bool", sees ?? new Uint8Array(length * length).fill(1), [length, length]),
      wanted: whole(wanted, [wanted.length]),
      past_positions: whole(Array.from({ length: this.past.length }, (_, at) => this._program.length + at), [1, this.past.length]),
      ...this._program.feeds(graph, "prefix", []),
      ...this.past.feeds(graph, "past", [1]),
    });
    const { heads, size } = this.past;
    const arrays = this.past.arrays.map((_, at) => {
      const all = outputs[`new.${at >> 1}.${at % 2 ? "values" : "keys"}`].data;
      if (kept === length) return all;
      const some = new Float32Array(heads * kept * size);
      for (let head = 0; head < heads; head++) {
        some.set(all.subarray(head * length * size, (head * length + kept) * size), head * kept * size);
      }
      return some;
    });
    this.past = this.past.followedBy(new States(heads, size, kept, arrays));
    const { data, dims } = outputs.logits;
    return wanted.map((_, at) => data.subarray(at * dims[2], (at + 1) * dims[2]));
  }
}

/**
 * The score of each label (its tokens, with the one that ends an answer) after the input's turn: the log-probability of
 * writing it when nothing but the labels can be written. Only where labels part is anything asked (pawc/runtime/labels.py).
 */
async function scoreLabels(reading, query, labels) {
  const root = { next: new Map() };
  for (const label of labels) {
    let node = root;
    label.forEach((token, depth) => {
      if (!node.next.has(token)) node.next.set(token, { token, depth, above: node, next: new Map() });
      node = node.next.get(token);
    });
  }
  const nodes = [];
  const collect = (node, sees) => {
    for (const after of node.next.values()) {
      after.sees = new Set([...sees, after]);
      if (parts(after)) nodes.push(after);
      collect(after, after.sees);
    }
  };
  collect(root, []);
  const logits = await reading.readTree(query, nodes);
  const after = new Map([[root, logits[0]], ...nodes.map((node, at) => [node, logits[at + 1]])]);
  return labels.map((label) => {
    let [node, score] = [root, 0];
    for (const token of label) {
      if (node.next.size > 1) {
        const likely = [...node.next.keys()].map((one) => after.get(node)[one]);
        score += after.get(node)[token] - logSumExp(likely);
      }
      node = node.next.get(token);
    }
    return score;
  });
}

/** Whether labels part after a node, or further on. */
function parts(node) {
  return node.next.size > 1 || [...node.next.values()].some(parts);
}

/** What the interpreter reads of a call's arguments (as pawc/runtime/signature.py). */
export function inputText(params, args) {
  if (params.length === 1) return render(params[0].type, args[0]);
  return params.map((param, at) => `${param.name}: ${render(param.type, args[at])}`).join("\n");
}

function likeliest(logits, allowed) {
  let best = -1;
  for (let token = 0; token < logits.length; token++) {
    if ((!allowed || allowed[token]) && (best < 0 || logits[token] > logits[best])) best = token;
  }
  return best;
}

function logSumExp(logits, allowed) {
  const top = logits[likeliest(logits, allowed)];
  let sum = 0;
  for (let token = 0; token < logits.length; token++) {
    if (!allowed || allowed[token]) sum += Math.exp(logits[token] - top);
  }
  return top + Math.log(sum);
}

function softmax(scores) {
  const top = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - top));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}
