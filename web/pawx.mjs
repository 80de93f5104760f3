/**
 * A `.pawx` file -> its manifest, its module and its tensors (docs/format.md).
 *
 * A file is a Blob or File: nothing but the header is read before it is asked for.
 */

import { PawError } from "./errors.mjs";
import { parse } from "./json.mjs";

const LONGEST_HEADER = 32 * 1024 * 1024;
const VERSIONS = [2, 3];

const ARRAYS = {
  BF16: Uint16Array,
  F16: Uint16Array,
  F32: Float32Array,
  F64: Float64Array,
  I8: Int8Array,
  I16: Int16Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  BOOL: Uint8Array,
};

/** Read the header of a file. Throws PawError where the file is none, or damaged. */
export async function open(file) {
  if (file.size < 8) throw new PawError("P0511", "the file is too short to be a .pawx file");
  const length = Number(new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true));
  if (length > LONGEST_HEADER) throw new PawError("P0511", "the file does not begin as a .pawx file");
  if (8 + length > file.size) throw new PawError("P0512", "the file is shorter than its header says");
  let tensors, text;
  try {
    tensors = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await file.slice(8, 8 + length).arrayBuffer()));
    text = tensors.__metadata__.paw;
  } catch {
    throw new PawError("P0511", "the file does not begin as a .pawx file");
  }
  if (typeof text !== "string") throw new PawError("P0511", "the file has no `paw` metadata");
  const manifest = parse(text);
  if (manifest.format !== "pawx") throw new PawError("P0516", `expected a file of format \`pawx\`, found \`${manifest.format}\``);
  if (!VERSIONS.includes(manifest.version)) {
    throw new PawError("P0510", `format version ${manifest.version} is not one this page reads; it reads ${VERSIONS.join(" and ")}`);
  }
  const unsealed = text.replace(`"digest":"${manifest.digest}",`, "");
  if ((await sha256(new TextEncoder().encode(unsealed))) !== manifest.digest) {
    throw new PawError("P0520", "the manifest is damaged: it does not have the digest it records");
  }
  return new Executable(file, 8 + length, tensors, manifest);
}

export class Executable {
  constructor(file, start, tensors, manifest) {
    this.manifest = manifest;
    this.module = manifest.module;
    this.functions = new Map(manifest.module.functions.map((one) => [one.symbol, one]));
    this._file = file;
    this._start = start;
    this._tensors = tensors;
  }

  /** The tensor that a node of the module or an attachment refers to, checked against its name. */
  async tensor(ref) {
    const found = this._tensors[ref.sha256];
    if (!found) throw new PawError("P0522", `tensor ${ref.sha256.slice(0, 12)} is missing`);
    const [begin, end] = found.data_offsets;
    if (this._start + end > this._file.size) throw new PawError("P0512", "the file is shorter than its header says");
    const bytes = new Uint8Array(await this._file.slice(this._start + begin, this._start + end).arrayBuffer());
    const line = new TextEncoder().encode(`${[ref.dtype, ...ref.shape].join(" ")}\n`);
    if ((await sha256(line, bytes)) !== ref.sha256) {
      throw new PawError("P0524", `tensor ${ref.sha256.slice(0, 12)} is damaged: its bytes do not have the hash that names it`);
    }
    return new ARRAYS[ref.dtype](bytes.buffer);
  }

  /** The reference of an attachment; undefined where there is none. */
  attachment(name) {
    const found = this.manifest.attachments[name];
    return found && { sha256: found.sha256, shape: found.shape, dtype: found.dtype };
  }

  /** The names of the interpreter's files that the executable brings along (`--static`). */
  get files() {
    const names = Object.keys(this.manifest.attachments).filter((name) => name.startsWith("interpreter/"));
    return names.map((name) => name.slice("interpreter/".length));
  }

  /** One of them, as bytes. */
  async file(name) {
    return this.tensor(this.attachment(`interpreter/${name}`));
  }
}

/** The hash of some bytes, in hexadecimal. */
export async function sha256(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
