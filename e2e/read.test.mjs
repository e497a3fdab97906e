// Reading: from what is new to a report, from its words to who said them, and on to who denies them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, changedReport, desk } from "./desk.mjs";

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

test("a denial leads to what it denies, and on to everybody who speaks of it", async () => {
  const { page, close } = await tried.open();
  const denial = statement("overloaded", "--by", "Transport Ministry", "--act", "deny", "--limit", "1");
  await page.goto(`/reports/${denial.report}#${denial.statement}`);
  const card = page.locator(`[data-statement="${denial.statement}"]`);
  await card.locator(".denial").filter({ hasText: "denies" }).getByRole("link").click();
  const denied = statement("overloaded", "--by", "Wieck", "--publisher", "Herald");
  await page.waitForURL(`**/reports/${denial.report}#${denied.statement}`);
  const claim = page.locator(`[data-statement="${denied.statement}"]`);
  assert.match(await claim.innerText(), /Jonna Wieck/);
  await claim.locator("a.others").click();
  await page.waitForURL(`**/matters/${denied.matter}`);
  for (const who of ["Jonna Wieck", "Transport Ministry", "Halden Ferry Company", "Ruben Aldous"]) {
    await page.getByRole("link", { name: who }).first().waitFor();
  }
  await close();
});

test("a matter has a row for everybody, and each mention leads to its words", async () => {
  const { page, close } = await tried.open();
  const denial = statement("overloaded", "--by", "Transport Ministry", "--act", "deny", "--limit", "1");
  await page.goto(`/matters/${denial.matter}`);
  const row = (who) => page.locator("#stands tbody tr", { has: page.getByRole("link", { name: who, exact: true }) });
  assert.match(await row("Jonna Wieck").innerText(), /asserts.*2026-03-10/s);
  assert.match(await row("Transport Ministry").innerText(), /denies.*2026-03-11/s);
  assert.match(await row("Halden Ferry Company").innerText(), /denies.*2026-03-12/s);
  const mention = page.locator(`.mentions [data-claim="${denial.id}"]`);
  await mention.getByRole("link", { name: denial.text }).click();
  await page.waitForURL(`**/reports/${denial.report}#*`);
  await page.locator(`[data-statement="${denial.statement}"].lit`).waitFor();
  await close();
});

test("figures have a chart, and a table of the same numbers beneath", async () => {
  const { page, close } = await tried.open();
  const { claims } = asked("search", "--ledger", tried.ledger, "killed", "--by", "coast guard");
  await page.goto(`/matters/${claims[0].matter}`);
  const series = page.locator("figure.series", { hasText: "people" }).first();
  await series.locator("svg").waitFor();
  const figures = await series.locator("tbody tr td:nth-child(2)").allInnerTexts();
  for (const figure of ["12", "19", "23", "27"]) assert.ok(figures.some((it) => it.includes(figure)), `${figure} in ${figures}`);
  await close();
});

test("a source has what it has said and denied, and whom it cites", async () => {
  const { page, close } = await tried.open();
  await page.goto("/source?name=Halden+Ferry+Company");
  await page.locator("#acts").getByRole("link", { name: /denies/ }).click();
  await page.waitForURL(/act=deny/);
  const { results } = asked("source", "--ledger", tried.ledger, "Halden Ferry Company", "--act", "deny");
  const shown = await page.locator(".results [data-claim]").evaluateAll((list) => list.map((it) => it.dataset.claim));
  assert.deepEqual(shown, results.claims.map((it) => it.id));
  await page.goto("/source?name=coast+guard");
  await page.locator("section[aria-labelledby=cited-by]").getByRole("link", { name: "Meridian Press" }).waitFor();
  await close();
});

test("a report that its paper has changed tells what was changed, and what stood there before", async () => {
  const { page, close } = await tried.open();
  const report = changedReport(tried.ledger);
  await page.goto(`/reports/${report}`);
  const changed = page.locator("#changed");
  await changed.locator("summary").focus();
  await page.keyboard.press("Enter");
  await changed.locator("del", { hasText: "certified for 120" }).waitFor();
  await changed.locator("ins", { hasText: "certified for 90" }).waitFor();
  await changed.getByRole("link", { name: "All versions" }).click();
  await page.waitForURL(`**/reports/${report}/history`);
  const [newest, first] = asked("history", "--ledger", tried.ledger, report).reverse();
  assert.equal(await page.locator("#history > li").count(), 2);
  assert.equal(await page.locator("#history > li").first().locator("ins").count(), newest.new.length + newest.altered.length);
  assert.equal(first.version, 1);
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
