/** Where an interpreter's files are found -> its graph, tokenizer and facts, the ones that a program was built for. */

import { PawError } from "./errors.mjs";
import { Graph } from "./graph.mjs";
import { sha256 } from "./pawx.mjs";
import { Tokenizer } from "./tokenizer.mjs";

export const NEEDED = ["tokenizer.json", "interp.json"];

/** Whether these file names are all that an interpreter needs. */
export function isWhole(names) {
  return NEEDED.every((name) => names.includes(name)) && names.some((name) => name.endsWith(".onnx"));
}

/**
 * Load an interpreter.
 *
 * @param {object} wanted what the program's manifest says of it
 * @param {string[]} names the files there are
 * @param {(name: string) => Promise<Uint8Array>} read
 * @param {(what: string) => void} say
 */
export async function load(wanted, names, read, say) {
  const info = JSON.parse(text(await read("interp.json")));
  const which = (what) => `the program was built for \`${wanted.name}\`, \`${info.name}\` has another ${what}`;
  if (info.sha256 !== wanted.sha256) throw new PawError("P0711", which("weights"));
  say("reading the tokenizer");
  const content = await read("tokenizer.json");
  if ((await sha256(content)) !== wanted.tokenizer_sha256) throw new PawError("P0711", which("tokenizer"));
  const layout = await sha256(new TextEncoder().encode(canonical(info.pieces)));
  if ((wanted.layout_sha256 ?? layout) !== layout) throw new PawError("P0711", which("chat layout"));
  const tokenizer = new Tokenizer(JSON.parse(text(content)));
  say("reading the interpreter's graph");
  const model = names.find((name) => name.endsWith(".onnx"));
  const beside = names.filter((name) => name.startsWith(model) && name !== model);
  const external = [];
  for (const name of beside) external.push({ path: name.split("/").at(-1), data: await read(name) });
  const bytes = await read(model);
  say("starting the interpreter");
  return { info, tokenizer, graph: await Graph.load(bytes, external) };
}

/** The canonical text of an object of texts (docs/format.md), which is what Python hashes. */
function canonical(texts) {
  const names = Object.keys(texts).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(texts[name])}`).join(",")}}`;
}

function text(bytes) {
  return new TextDecoder().decode(bytes);
}
