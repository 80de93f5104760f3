/** What went wrong, with the code that `pawc explain` knows. */

export class PawError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }

  toString() {
    return `${this.code}: ${this.message}`;
  }
}
