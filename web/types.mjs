/**
 * Types and their values (as pawc/base/types.py). A type is a node of the manifest: `{ is: "List", item: ... }`.
 *
 * Values are text, numbers, booleans, null, arrays and objects; a whole number that a double cannot hold is a BigInt.
 */

import { PawError } from "./errors.mjs";
import { parse as parseJson } from "./json.mjs";

/** A type as the language writes it. */
export function name(kind) {
  switch (kind.is) {
    case "Matching":
      return `text matching /${kind.pattern.replaceAll("/", "\\/")}/`;
    case "Labels":
      return kind.names.map((one) => JSON.stringify(one)).join(" | ") || "nothing";
    case "List":
      return `list<${name(kind.item)}>`;
    case "Record":
      return `{${kind.fields.map(([field, type]) => `${field}: ${name(type)}`).join(", ")}}`;
    case "Optional":
      return kind.item.is === "Labels" ? `(${name(kind.item)})?` : `${name(kind.item)}?`;
  }
  return kind.is.toLowerCase();
}

/** The values of a type with few of them, and their texts; null for every other type. */
export function choices(kind) {
  let values;
  if (kind.is === "Labels") values = kind.names;
  else if (kind.is === "Bool") values = [true, false];
  else if (kind.is === "Optional") {
    const inner = choices(kind.item);
    if (!inner || inner.at(-1).value === null) return inner;
    return [...inner, { value: null, text: "null" }];
  } else return null;
  return values.map((value) => ({ value, text: render(kind, value) }));
}

/** Whether any text at all is a value of the type. */
export function isFree(kind) {
  return kind.is === "Text" || (kind.is === "Optional" && isFree(kind.item));
}

/** A value as the interpreter reads and writes it: text bare, numbers plain, the rest as JSON. */
export function render(kind, value) {
  if (["Text", "Matching", "Labels"].includes(kind.is)) return value;
  if (kind.is === "Optional") return value === null ? "null" : render(kind.item, value);
  return json(kind, value);
}

function json(kind, value) {
  if (value === null) return "null";
  switch (kind.is) {
    case "Int":
      return String(value);
    case "Float":
      return float(Number(value));
    case "Bool":
      return String(value);
    case "Optional":
      return json(kind.item, value);
    case "List":
      return `[${value.map((item) => json(kind.item, item)).join(", ")}]`;
    case "Record": {
      const fields = kind.fields.map(([field, type]) => `${JSON.stringify(field)}: ${json(type, value[field] ?? null)}`);
      return `{${fields.join(", ")}}`;
    }
  }
  return JSON.stringify(value);
}

/** A float as Python writes it. */
export function float(number) {
  if (number === 0) return Object.is(number, -0) ? "-0.0" : "0.0";
  const [digits, exponent] = number.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 16) {
    const plain = String(number);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** The value that a text stands for. Throws PawError where it is none of the type. */
export function parse(kind, text) {
  if (["Text", "Matching", "Labels"].includes(kind.is)) return checked(kind, text);
  if (kind.is === "Optional") return text.trim() === "null" ? null : parse(kind.item, text);
  let value;
  try {
    value = parseJson(text);
  } catch {
    throw new PawError("P0801", `not of type \`${name(kind)}\`: ${JSON.stringify(text.slice(0, 80))}`);
  }
  return checked(kind, value);
}

/** The value as every value of its type is written: fields in order, absent ones null. Throws PawError if it is none. */
export function checked(kind, value) {
  const wrong = () => new PawError("P0801", `not of type \`${name(kind)}\`: ${shown(value)}`);
  switch (kind.is) {
    case "Text":
    case "Matching": // of a pattern of Python, which JavaScript may read otherwise, only what is written is held to it
      if (typeof value !== "string") throw wrong();
      return value;
    case "Labels":
      if (!kind.names.includes(value)) throw wrong();
      return value;
    case "Int":
      if (typeof value !== "bigint" && !Number.isInteger(value)) throw wrong();
      return value;
    case "Float":
      if (!["number", "bigint"].includes(typeof value) || !Number.isFinite(Number(value))) throw wrong();
      return Number(value);
    case "Bool":
      if (typeof value !== "boolean") throw wrong();
      return value;
    case "Optional":
      return value === null || value === undefined ? null : checked(kind.item, value);
    case "List":
      if (!Array.isArray(value)) throw wrong();
      return value.map((item) => checked(kind.item, item));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong();
  const unknown = Object.keys(value).find((key) => !kind.fields.some(([field]) => field === key));
  if (unknown !== undefined) throw new PawError("P0801", `unknown field \`${unknown}\``);
  return Object.fromEntries(
    kind.fields.map(([field, type]) => {
      if (value[field] === undefined && type.is !== "Optional") throw new PawError("P0801", `field \`${field}\` is missing`);
      return [field, checked(type, value[field])];
    }),
  );
}

/** A value in a message. */
export function shown(value) {
  return JSON.stringify(value, (_, one) => (typeof one === "bigint" ? Number(one) : one)) ?? String(value);
}
