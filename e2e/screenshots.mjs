// Takes the pictures of the desk that stand in the documentation: each page by daylight, some in the dark and on a phone.

import { execFileSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { asked, desk } from "./desk.mjs";

const docs = fileURLToPath(new URL("../docs/", import.meta.url));
/** No picture is larger than this, for all of them are in the repository. */
const MOST = 150_000;

const tried = await desk();
const [denial] = asked("search", "--ledger", tried.ledger, "overloaded", "--by", "Transport Ministry", "--act", "deny").claims;
const [toll] = asked("search", "--ledger", tried.ledger, "killed", "--by", "coast guard").claims;
// Something that persons have decided.
for (const [path, body] of [
  ["/corrections", { statement: toll.statement, verdict: "accept" }],
  ["/corrections", { statement: toll.statement, source: "Meridian Press ← coast guard", why: "as the agency tells it" }],
  ["/entities/e3/merge", { from: "e6", why: "the ferry goes by her line’s name" }],
  ["/rulings/n1/undo", {}],
]) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(tried.address + path, { method: "POST", headers, body: JSON.stringify({ as: "Ida Brandt", ...body }) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
}
const report = async (page) => {
  await page.goto(`/reports/${denial.report}`);
  await page.locator(`#w-${denial.statement}`).focus();
};
const goto = (path) => (page) => page.goto(path);
const wide = { viewport: { width: 1200, height: 780 } };
const dark = { ...wide, colorScheme: "dark" };
const phone = { viewport: { width: 390, height: 780 }, hasTouch: true };

for (const [name, shape, show] of [
  ["start", wide, goto("/")],
  ["report", wide, report],
  ["matter", wide, goto(`/matters/${denial.matter}`)],
  ["source", wide, goto("/source?name=Ruben+Aldous")],
  ["entity", wide, (page) => page.goto(`/source?name=Ruben+Aldous#who`)],
  ["review", wide, goto("/review")],
  ["rulings", wide, goto("/rulings")],
  ["report-dark", dark, report],
  ["matter-dark", dark, goto(`/matters/${denial.matter}`)],
  ["report-phone", phone, goto(`/reports/${denial.report}`)],
  ["matter-phone", phone, goto(`/matters/${denial.matter}`)],
]) {
  const { page, close } = await tried.open(shape);
  await show(page);
  const path = `${docs}desk-${name}.png`;
  await page.screenshot({ path, scale: "css", animations: "disabled" });
  await close();
  try {
    execFileSync("pngquant", ["--force", "--skip-if-larger", "--quality=70-95", "--speed=1", "--strip", "--output", path, path]);
  } catch (failed) {
    // 98 and 99: it would not become smaller, or not well enough. A machine without pngquant keeps the picture as it is.
    if (failed.code !== "ENOENT" && ![98, 99].includes(failed.status)) throw failed;
  }
  const size = statSync(path).size;
  if (size > MOST) {
    rmSync(path);
    throw new Error(`${path} would have ${size} bytes; at most ${MOST} are kept (is pngquant there?)`);
  }
  console.log(`docs/desk-${name}.png  ${size} bytes`);
}
await tried.end();
