// The README's walk: every command in it is run as it stands there, and prints what stands there, but for the numbers.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { browser, open, PROGRAM, serve } from "./desk.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(repository, "README.md"), "utf8");
const walk = readme.split(/^## /m).find((section) => section.startsWith("Five minutes"));

/** The commands of the walk, each with what is printed beneath it, if anything is. */
function commands() {
  const blocks = [...walk.matchAll(/^```(sh|text)\n(.*?)^```/gms)].map(([, kind, text]) => ({ kind, text }));
  return blocks.flatMap(({ kind, text }, at) => {
    if (kind === "text") return [];
    const lines = text.trimEnd().split("\n").map((line) => line.replace(/\s+#.*/, ""));
    const printed = blocks[at + 1]?.kind === "text" ? blocks[at + 1].text : undefined;
    return lines.map((line, nth) => ({ line, printed: nth === lines.length - 1 ? printed : undefined }));
  });
}

/** What is printed without the numbers that the ledger gives out, which move whenever reports are read a little better. */
const unnumbered = (text) => text.replaceAll(/\b([sC])\d+(\.\d+)?\b/g, "$1…");

test("from nothing to who denies this, and since when", async () => {
  const folder = mkdtempSync(join(tmpdir(), "onrecord-walk-"));
  symlinkSync(join(repository, "e2e"), join(folder, "e2e"));
  const env = { PATH: `${dirname(PROGRAM)}${delimiter}${process.env.PATH}`, HOME: folder };
  let served = false;
  for (const { line, printed } of commands()) {
    if (line.startsWith("cargo ")) continue;
    if (line === "onrecord serve") {
      const server = await serve(join(folder, "onrecord.db"));
      const chromium = await browser();
      const { page, close } = await open(chromium, server.address);
      await page.goto("/");
      // The way that the README tells, by the words that it tells it with.
      const [, matter] = walk.match(/choose “([^”]+)”/);
      await page.getByRole("region", { name: "Disputed" }).getByRole("link", { name: matter }).click();
      await page.getByRole("heading", { level: 1, name: matter }).waitFor();
      const shown = await page.getByRole("main").innerText();
      for (const [, who] of walk.matchAll(/\*\*([^*]+)\*\*/g)) assert.ok(shown.includes(who), `${who} is not on the page`);
      for (const [day] of walk.matchAll(/2026-\d\d-\d\d/g)) assert.ok(shown.includes(day), `${day} is not on the page`);
      await close();
      await chromium.close();
      await server.end();
      served = true;
      continue;
    }
    const out = execFileSync("bash", ["-c", line], { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    if (printed !== undefined) assert.equal(unnumbered(out), unnumbered(printed), line);
  }
  assert.ok(served, "the walk serves the desk");
  rmSync(folder, { recursive: true });
});

test("the pictures that the README shows are there", () => {
  const pictures = [...readme.matchAll(/!\[[^\]]+\]\((docs\/[^)]+)\)/g)].map(([, path]) => path);
  assert.ok(pictures.length > 2);
  for (const picture of pictures) readFileSync(join(repository, picture));
});
