// Reading: from what is new to a report, from its words to who said them, and on to who denies them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, desk } from "./desk.mjs";

let tried;
before(async () => (tried = await desk()));
after(() => tried.end());

/** The statement of these words in the ledger. */
function statement(...words) {
  const { claims } = asked("search", "--ledger", tried.ledger, ...words);
  assert.equal(claims.length, 1, JSON.stringify(claims));
  return claims[0];
}

test("from what is new to a report with its words marked", async () => {
  const { page, close } = await tried.open();
  await page.goto("/");
  await page.getByRole("link", { name: "Toll in ferry disaster rises to 19" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Toll in ferry disaster" }).waitFor();
  const text = await page.locator("#text").innerText();
  assert.match(text, /“The Lindmora carried 96 passengers and was certified for 120,”/);
  for (const [mark, words] of [["source", "The Transport Ministry"], ["cue", "denied"], ["content", "that the ferry was overloaded"]]) {
    await page.locator(`#text .m.${mark}`, { hasText: words }).first().waitFor();
  }
  await close();
});

test("hovering over words, and coming to them by the keyboard, tells who says them", async () => {
  const { page, close } = await tried.open();
  const denial = statement("overloaded", "--by", "Transport Ministry", "--act", "deny", "--limit", "1");
  await page.goto(`/reports/${denial.report}`);
  const words = page.locator(`#w-${denial.statement}`);
  const tip = page.getByRole("tooltip");
  await words.hover();
  await tip.filter({ hasText: "Transport Ministry" }).waitFor();
  assert.match(await tip.innerText(), /denies/);
  await page.mouse.move(0, 0);
  await tip.waitFor({ state: "hidden" });
  await words.focus();
  await tip.filter({ hasText: "Transport Ministry" }).waitFor();
  await page.keyboard.press("Escape");
  await tip.waitFor({ state: "hidden" });
  await close();
});

test("a denial leads to what it denies, and on to the matter", async () => {
  const { page, close } = await tried.open();
  const denial = statement("overloaded", "--by", "Transport Ministry", "--act", "deny", "--limit", "1");
  await page.goto(`/reports/${denial.report}#${denial.statement}`);
  const card = page.locator(`[data-statement="${denial.statement}"]`);
  await card.locator(".denial").filter({ hasText: "denies" }).getByRole("link").click();
  const denied = statement("overloaded", "--by", "Wieck", "--publisher", "Herald");
  await page.waitForURL(`**/reports/${denial.report}#${denied.statement}`);
  const claim = page.locator(`[data-statement="${denied.statement}"]`);
  assert.match(await claim.innerText(), /Jonna Wieck/);
  assert.equal(await claim.locator("a.others").getAttribute("href"), `/matters/${denied.matter}`);
  await close();
});

test("search with filters finds who denies what, since when", async () => {
  const { page, close } = await tried.open();
  await page.goto("/search");
  await page.getByLabel("Words").fill("overloaded");
  await page.getByLabel("Act").selectOption("deny");
  await page.getByLabel("Since").fill("2026-03-12");
  await page.getByRole("main").getByRole("button", { name: "Search" }).click();
  await page.waitForURL(/act=deny/);
  const { claims } = asked("search", "--ledger", tried.ledger, "overloaded", "--act", "deny", "--since", "2026-03-12");
  assert.equal(claims.length, 2);
  const found = page.locator("#results [data-claim]");
  assert.deepEqual(await found.evaluateAll((list) => list.map((it) => it.dataset.claim)), claims.map((it) => it.id));
  await found.first().getByRole("link", { name: claims[0].text }).click();
  await page.waitForURL(`**/reports/${claims[0].report}#*`);
  await close();
});

test("the field at the top searches from any page", async () => {
  const { page, close } = await tried.open();
  await page.goto("/reports/d1");
  await page.getByRole("searchbox", { name: "Search claims" }).fill("boarding list");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?.*words=boarding/);
  await page.locator("#results [data-claim]").first().waitFor();
  await close();
});

test("what a page shows, its JSON says, as the command line does", async () => {
  const { page, close } = await tried.open();
  const json = async (path) => (await page.request.get(path)).json();
  const found = asked("search", "--ledger", tried.ledger, "overloaded", "--act", "deny");
  const answered = await json("/search.json?words=overloaded&act=deny");
  assert.deepEqual(answered.claims.entries ?? answered.claims, found.claims);
  const accepted = await page.request.get("/search?words=overloaded&act=deny", { headers: { accept: "application/json" } });
  assert.deepEqual(await accepted.json(), answered);
  await close();
});

test("what is not there is told on a page, and leads back", async () => {
  const { page, forgive, close } = await tried.open();
  const answer = await page.goto("/reports/d999");
  assert.equal(answer.status(), 404);
  forgive(/404/);
  assert.match(await page.getByRole("main").innerText(), /no report d999/);
  await page.getByRole("link", { name: "Back to the start" }).click();
  await page.getByRole("heading", { name: "New" }).waitFor();
  await close();
});

test("the original stands beside the text, and cannot run or fetch anything", async () => {
  const { page, close } = await tried.open();
  await page.goto("/reports/d1");
  await page.getByRole("link", { name: "Show the original" }).or(page.getByRole("button", { name: "Show the original" })).click();
  const original = page.frameLocator("#original iframe");
  await original.getByText("Divers search the wreck").waitFor();
  await page.locator("#text").waitFor();
  await close();
});
