/** Requests on standard input, one JSON value of many -> their answers by the page's own code; tests compare them with Python's. */

import { readFileSync } from "node:fs";

import { Automaton } from "../../web/automaton.mjs";
import { inputText } from "../../web/engine.mjs";
import { parse as parseJson } from "../../web/json.mjs";
import { Layout } from "../../web/layout.mjs";
import { Constraint, Vocabulary } from "../../web/masks.mjs";
import { open } from "../../web/pawx.mjs";
import { dequantize } from "../../web/prefix.mjs";
import { Program } from "../../web/program.mjs";
import { Tokenizer } from "../../web/tokenizer.mjs";
import * as types from "../../web/types.mjs";

const file = (path) => new Blob([readFileSync(path)]);
const known = new Map();

function tokenizer(path) {
  if (!known.has(path)) known.set(path, new Tokenizer(parseJson(readFileSync(path, "utf8"))));
  return known.get(path);
}

/** Write tokens, and tell of every step what may come next. */
function walk(state, tokens) {
  const told = () => ({
    complete: state.complete,
    mustStop: state.mustStop,
    forced: state.forced(),
    allowed: [...state.allowed().keys()].filter((token) => state.allowed()[token]),
  });
  return [told(), ...tokens.map((token) => (state.advance(token), told()))];
}

const PARTS = {
  async open({ path }) {
    const executable = await open(file(path));
    return { name: executable.module.name, files: executable.files, functions: [...executable.functions.keys()] };
  },
  async tensors({ path }) {
    const executable = await open(file(path));
    for (const name of Object.keys(executable.manifest.attachments)) await executable.tensor(executable.attachment(name));
    return true;
  },
  async prefix({ path, symbol }) {
    const executable = await open(file(path));
    const { shape, data } = await dequantize(executable, executable.functions.get(symbol).program.prefix);
    return { shape, data: [...data] };
  },
  async walk({ path, symbol, tokenizer: name, stop, tokens }) {
    const automaton = await Automaton.load(await open(file(path)), symbol);
    return walk(new Constraint(automaton, new Vocabulary(tokenizer(name)), stop).start(), tokens);
  },
  async call({ path, symbol, args, answers }) {
    const engine = {
      async call(definition, given) {
        const text = inputText(definition.params, given);
        return { value: answers[`${definition.symbol} ${text}`] ?? answers[definition.symbol] };
      },
    };
    return (await new Program(await open(file(path)), engine).call(symbol, args)).text;
  },
  needsPython: async ({ path, symbol }) => Program.needsPython(await open(file(path)), symbol),
  encode: ({ tokenizer: name, texts }) => texts.map((text) => tokenizer(name).encode(text)),
  decode: ({ tokenizer: name, ids }) => ids.map((some) => tokenizer(name).decode(some)),
  bytes: ({ tokenizer: name }) => tokenizer(name).bytes.map((bytes) => [...bytes]),
  layout: ({ tokenizer: name, info, text }) => {
    const layout = new Layout(info, tokenizer(name));
    return { query: layout.query(text), answer: layout.answer(text), stop: [...layout.stop] };
  },
  float: ({ numbers }) => numbers.map(types.float),
  render: ({ kind, value }) => types.render(kind, value),
  parsed: ({ kind, text }) => types.render(kind, types.parse(kind, text)),
  name: ({ kind }) => types.name(kind),
  choices: ({ kind }) => types.choices(kind)?.map(({ text }) => text) ?? null,
};

const answers = [];
for (const { part, ...request } of parseJson(readFileSync(0, "utf8"))) {
  try {
    answers.push({ done: await PARTS[part](request) });
  } catch (error) {
    answers.push({ error: error.code ?? String(error.stack) });
  }
}
process.stdout.write(JSON.stringify(answers));
