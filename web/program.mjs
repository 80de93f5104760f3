/**
 * A program's functions applied to values (as pawc/runtime/dataflow.py): calls, `match`, `map`, `++`, lists, records.
 *
 * What a function does not need for its result is not evaluated. The standard library is Python and is not here.
 */

import { PawError } from "./errors.mjs";
import { checked, name, render, shown } from "./types.mjs";

const LONGEST_TEXT = 10_000_000;

export class Program {
  /** @param {object} engine `call(function, args)`, for neural functions */
  constructor(executable, engine) {
    this._functions = executable.functions;
    this._engine = engine;
  }

  /** What is called by name: `{ symbol, name, params, result }`, the entry first. */
  static functionsOf({ module, functions }) {
    const symbols = [...new Set([module.entry, ...module.exports])].filter((symbol) => functions.has(symbol));
    return symbols.map((symbol) => functions.get(symbol));
  }

  /** The functions of the standard library that a function needs, which only Python has. */
  static needsPython({ functions }, symbol) {
    const found = new Set();
    const seen = new Set();
    const visit = (callee) => {
      if (seen.has(callee)) return;
      seen.add(callee);
      const definition = functions.get(callee);
      if (!definition) found.add(callee.replace(/^std\./, ""));
      else if (definition.body) visitBlock(definition.body);
    };
    const visitBlock = (block) => {
      for (const operation of block.operations) {
        if (operation.callee) visit(operation.callee);
        for (const arm of operation.arms ?? []) visitBlock(arm.block);
      }
    };
    visit(symbol);
    return [...found].sort();
  }

  /** The answer: `{ value, text, scores }`. Throws PawError where there is none. */
  async call(symbol, args) {
    const definition = this._functions.get(symbol);
    if (!definition) throw new PawError("P0804", `\`${symbol}\` is part of the standard library, which only runs in Python`);
    const given = definition.params.map((param, at) => checked(param.type, args[at]));
    if (definition.is === "NeuralFunction") return this._engine.call(definition, given);
    const values = new Map(definition.params.map((param, at) => [param.name, async () => ({ kind: param.type, value: given[at] })]));
    const { value } = await this._block(definition.body, values);
    const result = checked(definition.result, value);
    return { value: result, text: render(definition.result, result), scores: null };
  }

  /** The value of a block. `values` are functions that compute each value once, when it is first asked for. */
  _block(block, values) {
    const inner = new Map(values);
    for (const operation of block.operations) {
      let known;
      inner.set(operation.result, () => (known ??= this._operation(operation, inner)));
    }
    return inner.get(block.result)();
  }

  async _operation(operation, values) {
    const value = await this._evaluate(operation, values);
    return operation.type ? { kind: operation.type, value: checked(operation.type, value) } : { kind: null, value };
  }

  async _evaluate(operation, values) {
    const get = (operand) => values.get(operand)();
    const all = () => Promise.all((operation.args ?? []).map(get));
    switch (operation.is) {
      case "Const":
        return thaw(operation.value);
      case "Call":
        return (await this.call(operation.callee, (await all()).map(({ value }) => value))).value;
      case "Map": {
        const args = (await all()).map(({ value }) => value);
        const results = [];
        for (const item of args[operation.over]) {
          results.push((await this.call(operation.callee, args.with(operation.over, item))).value);
        }
        return results;
      }
      case "Match": {
        const { value } = await get(operation.arg);
        const arm = operation.arms.find((one) => one.is_default || same(thaw(one.pattern), value));
        if (!arm) throw new PawError("P0805", `no arm of the \`match\` is for ${shown(value)}`);
        return (await this._block(arm.block, values)).value;
      }
      case "Concat": {
        const text = (await all()).map(({ kind, value }) => render(kind ?? { is: "Text" }, value)).join("");
        if (text.length > LONGEST_TEXT) throw new PawError("P0807", `the text would be longer than ${LONGEST_TEXT} characters`);
        return text;
      }
      case "MakeList":
        return (await all()).map(({ value }) => value);
      case "MakeRecord": {
        const fields = await all();
        return Object.fromEntries(operation.names.map((field, at) => [field, fields[at].value]));
      }
      case "GetField":
        return (await get(operation.arg)).value[operation.name] ?? null;
    }
    throw new PawError("P0518", `the page does not know the operation ${operation.is}`);
  }
}

/** `(message: text) -> bool` */
export function signature({ params, result }) {
  return `(${params.map((param) => `${param.name}: ${name(param.type)}`).join(", ")}) → ${name(result)}`;
}

/** A value of the IR as a plain one. */
export function thaw(value) {
  if (Array.isArray(value)) return value.map(thaw);
  if (value?.is === "FrozenRecord") return Object.fromEntries(value.fields.map(([field, item]) => [field, thaw(item)]));
  return value;
}

function same(one, other) {
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, at) => same(item, other[at]));
  if (one !== null && typeof one === "object") {
    const fields = Object.keys(one);
    return other !== null && typeof other === "object" && fields.length === Object.keys(other).length && fields.every((f) => same(one[f], other[f]));
  }
  const number = (value) => ["number", "bigint"].includes(typeof value);
  return number(one) && number(other) ? one == other : one === other;
}
