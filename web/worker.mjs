/**
 * What runs beside the page, so that the page stays alive: requests in, replies out, one at a time.
 *
 * `{ id, open: file }`, `{ id, interpreter: files }`, `{ id, call: { symbol, texts } }` are answered by
 * `{ id, done }` or `{ id, error: { code, message } }`; `{ status }` says what is going on meanwhile.
 */

import { Engine } from "./engine.mjs";
import { PawError } from "./errors.mjs";
import * as interpreter from "./interpreter.mjs";
import { open } from "./pawx.mjs";
import { Program, signature } from "./program.mjs";
import { parse, render } from "./types.mjs";

let executable, engine, picked;

const say = (status) => postMessage({ status });

async function openProgram(file) {
  executable = await open(file);
  [engine, picked] = [null, null];
  const { target, interpreter: wanted } = executable.manifest;
  if (!target.startsWith("onnx")) throw new PawError("P0904", `the program was built for \`${target}\`; build it with \`--target onnx\``);
  return {
    name: executable.module.name,
    interpreter: wanted,
    whole: !wanted || interpreter.isWhole(executable.files),
    functions: Program.functionsOf(executable).map((definition) => ({
      symbol: definition.symbol,
      name: definition.symbol.split(".").at(-1),
      params: definition.params,
      signature: signature(definition),
      spec: definition.spec ?? "",
      needsPython: Program.needsPython(executable, definition.symbol),
    })),
  };
}

function pickInterpreter(files) {
  picked = new Map(files.map((file) => [file.name, file]));
  if (interpreter.isWhole([...picked.keys()])) return;
  throw new PawError("P0711", `an interpreter is a graph (.onnx), ${interpreter.NEEDED.join(" and ")}; there is ${[...picked.keys()].join(", ")}`);
}

async function start() {
  const { interpreter: wanted } = executable.manifest;
  if (engine || !wanted) return;
  const names = picked ? [...picked.keys()] : executable.files;
  const read = async (name) => (picked ? new Uint8Array(await picked.get(name).arrayBuffer()) : executable.file(name));
  const { info, tokenizer, graph } = await interpreter.load(wanted, names, read, say);
  engine = new Engine(executable, graph, info, tokenizer);
}

async function call({ symbol, texts }) {
  const { params, result } = executable.functions.get(symbol);
  const args = params.map((param, at) => parse(param.type, texts[at]));
  await start();
  say("thinking");
  const begun = performance.now();
  const answer = await new Program(executable, engine).call(symbol, args);
  const text = answer.value === null ? "null" : render(result, answer.value);
  return { text, scores: answer.scores, milliseconds: performance.now() - begun };
}

async function handle(request) {
  if (request.open) return openProgram(request.open);
  if (request.interpreter) return pickInterpreter(request.interpreter);
  return call(request.call);
}

let last = Promise.resolve();

onmessage = ({ data: request }) => {
  last = last.then(async () => {
    try {
      postMessage({ id: request.id, done: await handle(request) });
    } catch (error) {
      postMessage({ id: request.id, error: { code: error.code ?? "", message: error.message } });
    }
  });
};
