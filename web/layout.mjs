/** How a call is laid out as tokens for one interpreter (as pawc/runtime/layout.py). */

export class Layout {
  /** @param {object} info what `interp.json` holds: the markup between texts, and how many positions there are */
  constructor(info, tokenizer) {
    this.tokenizer = tokenizer;
    this.maxPositions = info.max_positions;
    const markup = (name) => tokenizer.encodeMarkup(info.pieces[name]);
    this._before = markup("before_input");
    this._after = markup("after_input");
    const ending = markup("after_output");
    const control = new Set(tokenizer.control.values());
    /** The token that ends an answer. */
    this.end = ending.find((token) => control.has(token)) ?? ending[0];
    /** The tokens that a model may end an answer with. */
    this.stop = new Set([...control, this.end]);
  }

  /** The input's turn, and the opening of the answer's. */
  query(text) {
    return [...this._before, ...this.tokenizer.encode(text), ...this._after];
  }

  /** What the interpreter should write: the text, then the token that ends it. */
  answer(text) {
    return [...this.tokenizer.encode(text), this.end];
  }
}
