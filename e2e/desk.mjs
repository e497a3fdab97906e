// The desk, as a browser sees it: a ledger built by the program from the story, the program serving it, and pages that fail a
// test when they complain or ask for anything that is not on this machine.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The program that is tested. */
export const PROGRAM = process.env.ONRECORD ?? join(here, "../target/debug/onrecord");

/** The folder of reports that the ledger begins with, and one of reports that come in later. */
const STORY = join(here, "story");
export const incoming = (name) => join(here, "incoming", name);

/** Runs the program with these words; gives what it prints. */
export function onrecord(words, options = {}) {
  return execFileSync(PROGRAM, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...options });
}

/** A ledger of the story, in a folder of its own. */
export function ledger() {
  const folder = mkdtempSync(join(tmpdir(), "onrecord-e2e-"));
  const path = join(folder, "story.db");
  onrecord(["add", "--quiet", "--ledger", path, STORY]);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** One of the story's reports as its paper has changed it later, added; gives its name. */
export function changedReport(path) {
  const [found] = asked("search", "--ledger", path, "certified", "--by", "Aldous").claims;
  const file = found.place.replace(/.*\//, "");
  const folder = mkdtempSync(join(tmpdir(), "onrecord-e2e-"));
  const page = readFileSync(join(STORY, file), "utf8").replace("certified for 120", "certified for 90");
  writeFileSync(join(folder, file), page);
  onrecord(["add", "--quiet", "--ledger", path, folder]);
  rmSync(folder, { recursive: true });
  return found.report;
}

/** The program serving a ledger: its address once it listens, and a way to end it. */
export async function serve(path, ...options) {
  const program = spawn(PROGRAM, ["serve", "--ledger", path, "--address", "127.0.0.1:0", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told = [];
  const address = await new Promise((found, failed) => {
    const listen = (stream) =>
      createInterface({ input: stream }).on("line", (line) => {
        told.push(line);
        const address = line.match(/http:\/\/[^\s/]+/);
        if (address) found(address[0]);
      });
    listen(program.stdout);
    listen(program.stderr);
    program.on("error", failed);
    program.on("exit", (code) => failed(new Error(`the program ended with ${code}:\n${told.join("\n")}`)));
  });
  const end = () =>
    new Promise((ended) => {
      program.removeAllListeners("exit");
      program.on("exit", ended);
      program.kill("SIGINT");
    });
  return { address, told, end };
}

/** Where the browser is: what CHROMIUM says, else where distributions put it. */
function browserPath() {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error("no Chromium found: install it (Debian: apt-get install chromium), or name it in CHROMIUM");
  return found;
}

/** A headless browser with a profile of its own. */
export function browser() {
  const flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  flags.push("--disable-component-update", "--disable-sync", "--force-color-profile=srgb");
  return chromium.launch({ executablePath: browserPath(), headless: true, chromiumSandbox: false, args: flags });
}

/** A page of the desk. What it complains of, and what it asks of other machines, `close` holds against it. */
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    locale: "en-GB",
    ...options,
  });
  const wrong = [];
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(`${address}/`) || url.startsWith("data:") || url.startsWith("blob:")) return route.continue();
    wrong.push(`a request off the machine: ${url}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(`the console says: ${message.text()} (${page.url()})`);
  });
  page.on("pageerror", (error) => wrong.push(`a script failed: ${error} (${page.url()})`));
  page.on("response", (response) => {
    if (response.status() >= 500) wrong.push(`${response.status()} from ${response.url()}`);
  });
  /** What is expected to be complained of, as a 404 that is asked for, is taken out of the list. */
  const forgive = (pattern) => {
    const left = wrong.filter((line) => !pattern.test(line));
    assert.notEqual(left.length, wrong.length, `nothing to forgive like ${pattern} in ${wrong}`);
    wrong.splice(0, wrong.length, ...left);
  };
  const close = async () => {
    await context.close();
    assert.deepEqual(wrong, []);
  };
  return { page, forgive, close };
}

/** A ledger of the story, the program serving it, and a browser, for all tests of a file. */
export async function desk(...options) {
  const kept = ledger();
  const [server, chromium] = await Promise.all([serve(kept.path, ...options), browser()]);
  const end = async () => {
    await chromium.close();
    await server.end();
    // Whatever was done in the browser, the ledger agrees with itself.
    onrecord(["verify", "--ledger", kept.path]);
    kept.remove();
  };
  return { ledger: kept.path, address: server.address, told: server.told, open: (shape) => open(chromium, server.address, shape), end };
}

/** What the program prints as JSON. */
export const asked = (...words) => JSON.parse(onrecord([...words, "--format", "json"]));

/** What axe-core finds on a page against WCAG 2.2, A and AA. */
export async function barriers(page) {
  // As a script of the browser's own, not of the page, it passes the page's content security policy.
  const found = await page.evaluate(`${axe};
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] })`);
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary.replaceAll("\n", " ")}`),
  );
}
