/** The page: pick a program, type its input, see its answer. All work is the worker's. */

const worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
const waiting = new Map();
const at = (id) => document.getElementById(id);
let program;
let number = 0;

worker.onmessage = ({ data }) => {
  if (data.status) return show("status", `${data.status} …`);
  const { resolve, reject } = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error) reject(data.error);
  else resolve(data.done);
};
worker.onerror = (event) => fail({ code: "", message: `the page could not start: ${event.message ?? "see docs/web.md"}` });

/** Ask the worker for something. */
function ask(request) {
  return new Promise((resolve, reject) => {
    waiting.set(++number, { resolve, reject });
    worker.postMessage({ id: number, ...request });
  });
}

function show(id, text) {
  at(id).hidden = text === undefined;
  if (text !== undefined) at(id).textContent = text;
}

function fail({ code, message }) {
  show("status");
  show("error", code ? `${code}: ${message}` : message);
}

/** Do something that the page waits for. */
async function busy(what) {
  show("error");
  at("answer").hidden = true;
  at("run").disabled = true;
  document.body.ariaBusy = "true";
  try {
    await what();
  } catch (error) {
    fail(error);
  }
  show("status");
  at("run").disabled = Boolean(chosen()?.needsPython.length);
  document.body.ariaBusy = "false";
}

function openProgram(file) {
  return busy(async () => {
    at("call").hidden = at("files").hidden = true;
    show("status", `reading ${file.name} …`);
    program = await ask({ open: file });
    at("picked").textContent = file.name;
    if (program.whole) return ready();
    at("needs").textContent = `Now the files of the interpreter “${program.interpreter.name}”`;
    at("files").hidden = false;
  });
}

function openInterpreter(files) {
  return busy(async () => {
    await ask({ interpreter: files });
    at("needs").textContent = files.map((file) => file.name).join(", ");
    ready();
  });
}

/** Offer the program's functions. */
function ready() {
  const options = program.functions.map(({ symbol, name }) => new Option(name, symbol));
  at("function").replaceChildren(...options);
  at("which").hidden = options.length < 2;
  at("call").hidden = false;
  choose();
}

function chosen() {
  return program?.functions[at("function").selectedIndex];
}

/** Show the fields of the function that is chosen. */
function choose() {
  const { name, params, signature, spec, needsPython } = chosen();
  at("signature").textContent = name + signature;
  show("spec", spec || undefined);
  at("inputs").replaceChildren(...params.map(field));
  at("answer").hidden = true;
  at("run").disabled = needsPython.length > 0;
  const names = needsPython.join(", ");
  show("error", names ? `This function uses ${names} of the standard library, which only runs in Python.` : undefined);
  at("inputs").querySelector("textarea, select")?.focus();
}

/** A field for a parameter: a choice where there are few values, else a text as `pawc run` reads it. */
function field({ name, type }) {
  const label = document.createElement("label");
  const values = type.is === "Labels" ? type.names : type.is === "Bool" ? ["true", "false"] : null;
  const input = document.createElement(values ? "select" : "textarea");
  if (values) input.replaceChildren(...values.map((value) => new Option(value)));
  input.name = name;
  label.append(name, input);
  return label;
}

function run() {
  return busy(async () => {
    const texts = [...at("inputs").querySelectorAll("textarea, select")].map((input) => input.value);
    const { text, scores, milliseconds } = await ask({ call: { symbol: at("function").value, texts } });
    at("output").textContent = text;
    at("scores").replaceChildren(...(scores ?? []).toSorted((a, b) => b[1] - a[1]).map(row));
    at("time").textContent = `${milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`}`;
    at("answer").hidden = false;
  });
}

/** One label with its probability. */
function row([text, probability]) {
  const line = document.createElement("tr");
  const [label, bar, share] = ["th", "td", "td"].map((tag) => line.appendChild(document.createElement(tag)));
  label.textContent = text;
  const meter = bar.appendChild(document.createElement("meter"));
  meter.value = probability;
  share.textContent = `${(100 * probability).toFixed(1)} %`;
  return line;
}

at("program").onchange = ({ target }) => target.files[0] && openProgram(target.files[0]);
at("interpreter").onchange = ({ target }) => target.files.length && openInterpreter([...target.files]);
at("function").onchange = choose;
at("call").onsubmit = (event) => {
  event.preventDefault();
  if (!at("run").disabled) run();
};
at("call").onkeydown = (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("call").requestSubmit();
};
for (const drop of document.querySelectorAll(".drop")) {
  drop.ondragover = (event) => {
    event.preventDefault();
    drop.classList.add("over");
  };
  drop.ondragleave = () => drop.classList.remove("over");
  drop.ondrop = (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const files = [...event.dataTransfer.files];
    if (files.length) (drop.id === "drop" ? openProgram(files[0]) : openInterpreter(files));
  };
}

/** `?program=FILE` opens one that lies beside the page. */
const address = new URLSearchParams(location.search).get("program");
if (address) {
  const response = await fetch(address);
  if (response.ok) await openProgram(new File([await response.blob()], address.split("/").at(-1)));
  else fail({ code: "", message: `there is no ${address} here` });
}
