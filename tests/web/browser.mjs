/**
 * A visit to the page in headless Chromium: what to do on standard input, what was seen on standard output.
 *
 * `{ chromium, profile, url, program, interpreter, calls: [{ function, texts }], screenshot }`
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../../web/package.json", import.meta.url))("playwright-core");
const visit = JSON.parse(readFileSync(0, "utf8"));
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const context = await chromium.launchPersistentContext(visit.profile, {
  executablePath: visit.chromium,
  headless: true,
  chromiumSandbox: false,
  args: FLAGS,
  viewport: { width: 900, height: 900 },
});
const page = context.pages()[0] ?? (await context.newPage());
const trouble = [];
page.on("pageerror", (error) => trouble.push(String(error)));
page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
page.setDefaultTimeout(60_000);

/** What the page shows when it is done. */
async function shown() {
  await page.waitForFunction(() => document.body.ariaBusy !== "true");
  const error = page.locator("#error");
  if (await error.isVisible()) return { error: await error.textContent() };
  if (!(await page.locator("#answer").isVisible())) return { signature: await page.locator("#signature").textContent() };
  const rows = await page.locator("#scores tr").all();
  const scores = await Promise.all(rows.map(async (row) => [await row.locator("th").textContent(), Number(await row.locator("meter").getAttribute("value"))]));
  return { output: await page.locator("#output").textContent(), scores, time: await page.locator("#time").textContent() };
}

const seen = [];
await page.goto(visit.url);
await page.setInputFiles("#program", visit.program);
seen.push(await shown());
if (visit.interpreter) {
  await page.setInputFiles("#interpreter", visit.interpreter);
  seen.push(await shown());
}
for (const call of visit.calls) {
  if (await page.locator("#which").isVisible()) await page.selectOption("#function", { label: call.function });
  const fields = await page.locator("#inputs textarea, #inputs select").all();
  for (const [at, text] of call.texts.entries()) {
    const isChoice = await fields[at].evaluate((field) => field.tagName === "SELECT");
    await (isChoice ? fields[at].selectOption(text) : fields[at].fill(text));
  }
  if (await page.locator("#run").isEnabled()) await page.keyboard.press("Control+Enter");
  seen.push(await shown());
}
if (visit.screenshot) await page.screenshot({ path: visit.screenshot, fullPage: true });
await context.close();
process.stdout.write(JSON.stringify({ seen, trouble }));
