/** A prefix's tensors -> floats (docs/format.md, "Quantised prefixes"). */

/** `[layers, 2, kv_heads, length, head_dim]` as one Float32Array, and that shape. */
export async function dequantize(executable, prefix) {
  const data = await executable.tensor(prefix.data);
  const shape = [...prefix.data.shape];
  if (prefix.bits === 16) return { shape, data: floats(data, prefix.data.dtype) };
  shape[4] = (shape[4] * 8) / prefix.bits;
  const scales = floats(await executable.tensor(prefix.scales), prefix.scales.dtype);
  const [layers, , heads, length, size] = shape;
  const integers = unpack(data, prefix.bits);
  const out = new Float32Array(integers.length);
  const perChannel = Math.ceil(length / (prefix.group || length));
  const perToken = Math.ceil(size / (prefix.group || size));
  const keyGroups = layers * heads * size * perChannel;
  for (let layer = 0; layer < layers; layer++) {
    for (let side = 0; side < 2; side++) {
      for (let head = 0; head < heads; head++) {
        for (let position = 0; position < length; position++) {
          for (let channel = 0; channel < size; channel++) {
            const at = (((layer * 2 + side) * heads + head) * length + position) * size + channel;
            const row = layer * heads + head;
            const group = side
              ? keyGroups + (row * length + position) * perToken + Math.floor(channel / (prefix.group || size))
              : (row * size + channel) * perChannel + Math.floor(position / (prefix.group || length));
            out[at] = Math.fround(Math.fround(integers[at] * scales[2 * group]) + scales[2 * group + 1]);
          }
        }
      }
    }
  }
  return { shape, data: out };
}

/** A stream of bits, the first integer in the lowest bits of the first byte -> integers. */
export function unpack(bytes, bits) {
  if (bits === 8) return bytes;
  const out = new Uint8Array((bytes.length * 8) / bits);
  for (let index = 0; index < out.length; index++) {
    const bit = index * bits;
    const pair = bytes[bit >> 3] | ((bytes[(bit >> 3) + 1] ?? 0) << 8);
    out[index] = (pair >> (bit & 7)) & ((1 << bits) - 1);
  }
  return out;
}

/** Floats of any width as 32 bits. */
export function floats(array, dtype) {
  if (dtype === "F32") return array;
  const out = new Float32Array(array.length);
  if (dtype === "BF16") {
    new Uint32Array(out.buffer).set(array);
    const bits = new Uint32Array(out.buffer);
    for (let index = 0; index < bits.length; index++) bits[index] <<= 16;
    return out;
  }
  for (let index = 0; index < out.length; index++) out[index] = half(array[index]);
  return out;
}

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
