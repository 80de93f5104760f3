/** The graph of an interpreter -> something that runs it, on onnxruntime-web. */

import * as ort from "./lib/ort.mjs";

ort.env.wasm.wasmPaths = new URL("./lib/", import.meta.url).href;
ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(8, navigator.hardwareConcurrency) : 1;
ort.env.logLevel = "error";

export class Graph {
  /**
   * @param {Uint8Array} model the `.onnx` file
   * @param {{ path: string, data: Uint8Array }[]} externalData weights that stand beside it, by the names it calls them
   */
  static async load(model, externalData) {
    const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all", externalData };
    return new Graph(await ort.InferenceSession.create(model, options));
  }

  constructor(session) {
    this._session = session;
  }

  tensor(type, data, shape) {
    return new ort.Tensor(type, data, shape);
  }

  run(feeds) {
    return this._session.run(feeds);
  }
}
