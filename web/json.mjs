/** JSON text -> values, with whole numbers that a double cannot hold as BigInt. */

const TOO_LONG = /-?\d{16,}/;
const PLAIN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const MARK = "\u0000int:";

/** As `JSON.parse`, but 12345678901234567 stays what it is. */
export function parse(text) {
  if (!TOO_LONG.test(text)) return JSON.parse(text);
  const marked = text.replace(PLAIN, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? JSON.stringify(MARK + token) : token,
  );
  return JSON.parse(marked, (_, value) =>
    typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  );
}
