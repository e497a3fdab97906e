// Correcting: a person's word against the machine's, with the keyboard alone, and taken back; matters joined and parted.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, desk, onrecord } from "./desk.mjs";

let tried;
before(async () => (tried = await desk("--as", "Ida")));
after(() => tried.end());

const left = async (page) => Number(await page.locator("#left").getAttribute("data-left"));
const atHand = (page) => page.locator("#review").getAttribute("data-statement");
const corrections = () => onrecord(["corrections", "--ledger", tried.ledger]).trim().split("\n").filter(Boolean);

/** Does something that leads to a page, and waits for that page. */
async function onward(page, act) {
  await Promise.all([page.waitForEvent("load"), act()]);
}

test("the queue is worked through with the keyboard alone", async () => {
  const { page, close } = await tried.open();
  await page.goto("/review");
  const [before, first] = [await left(page), await atHand(page)];
  assert.ok(before > 10, `${before} are left`);
  await onward(page, () => page.keyboard.press("a"));
  assert.equal(await left(page), before - 1);
  const second = await atHand(page);
  assert.notEqual(second, first);
  // Passing over changes nothing.
  await onward(page, () => page.keyboard.press("s"));
  assert.equal(await left(page), before - 1);
  assert.notEqual(await atHand(page), second);
  await page.goto("/review");
  assert.equal(await atHand(page), second);
  // Another act, and why, without a mouse.
  await page.keyboard.press("c");
  await page.keyboard.type("doubt");
  await page.locator("#why").focus();
  await page.keyboard.type("she only wonders");
  await onward(page, () => page.keyboard.press("Enter"));
  assert.equal(await left(page), before - 2);
  const made = corrections();
  assert.match(made.at(-1), new RegExp(`${second} .*doubt.*Ida.*she only wonders`));
  const { claims } = asked("search", "--ledger", tried.ledger, "--act", "doubt");
  assert.ok(claims.some((claim) => claim.statement === second));
  // And back.
  await onward(page, () => page.keyboard.press("u"));
  assert.match(corrections().at(-1), /taken back/);
  const after = asked("search", "--ledger", tried.ledger, "--act", "doubt").claims;
  assert.ok(!after.some((claim) => claim.statement === second));
  await close();
});

test("single keys can be switched off, for who speaks to the browser", async () => {
  const { page, close } = await tried.open();
  await page.goto("/review");
  const first = await atHand(page);
  await page.locator("#keys").uncheck();
  await page.locator("h1").click();
  await page.keyboard.press("a");
  await page.reload();
  assert.equal(await atHand(page), first);
  assert.equal(await page.locator("#keys").isChecked(), false);
  await close();
});

test("what is struck out is in no search any more, and its correction can be taken back in the list", async () => {
  const { page, close } = await tried.open();
  await page.goto("/review");
  const statement = await atHand(page);
  await onward(page, () => page.getByRole("button", { name: "No statement" }).click());
  const made = corrections().at(-1);
  const number = made.match(/^\d+/)[0];
  assert.ok(made.includes(` ${statement} `), made);
  assert.ok(!asked("search", "--ledger", tried.ledger, "-n", "1000").claims.some((it) => it.statement === statement));
  await page.goto("/rulings");
  await onward(page, () => page.getByRole("button", { name: `Take back ruling ${number}` }).click());
  assert.ok(asked("search", "--ledger", tried.ledger, "-n", "1000").claims.some((it) => it.statement === statement));
  await close();
});

test("the layer of persons lies beside that of the machine", async () => {
  const [claim] = asked("search", "--ledger", tried.ledger, "standing", "--by", "Marlow").claims;
  const answer = await fetch(`${tried.address}/corrections`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ statement: claim.statement, source: "Evening Star ← Edda Marlow", as: "Ida", why: "told to the Star" }),
  });
  assert.ok(answer.ok, await answer.text());
  const { page, close } = await tried.open();
  await page.goto(`/reports/${claim.report}`);
  const card = page.locator(`[data-statement="${claim.statement}"]`);
  assert.match(await card.innerText(), /Evening Star\s*←\s*Edda Marlow/);
  await page.goto(`/rulings?statement=${claim.statement}`);
  assert.match(await page.getByRole("main").innerText(), /Ida.*told to the Star/s);
  await close();
});

test("claims are split off a matter and merged again", async () => {
  const { page, close } = await tried.open();
  const { matter } = asked("search", "--ledger", tried.ledger, "killed", "--publisher", "Star").claims[0];
  await page.goto(`/matters/${matter}`);
  const mentions = page.locator(".mentions [data-claim]");
  const before = await mentions.evaluateAll((list) => list.map((it) => it.dataset.claim));
  assert.ok(before.length >= 4, `${before}`);
  const chosen = before.slice(-2);
  for (const claim of chosen) await page.getByRole("checkbox", { name: `Choose ${claim}` }).check();
  await onward(page, () => page.getByRole("button", { name: "Split them off" }).click());
  const apart = asked("search", "--ledger", tried.ledger, "-n", "1000").claims.find((it) => it.id === chosen[0]).matter;
  assert.notEqual(apart, matter);
  await page.goto(`/matters/${apart}`);
  assert.deepEqual(await mentions.evaluateAll((list) => list.map((it) => it.dataset.claim)), chosen);
  await page.goto(`/matters/${matter}`);
  assert.equal(await mentions.count(), before.length - 2);
  await page.getByLabel("Another matter is this one").fill(apart);
  await onward(page, () => page.getByRole("button", { name: "Merge it into this one" }).click());
  await page.goto(`/matters/${matter}`);
  assert.deepEqual(await mentions.evaluateAll((list) => list.map((it) => it.dataset.claim)), before);
  // The second ruling is taken back: they are apart again.
  const undone = await fetch(`${tried.address}/rulings/m2/undo`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: "{}",
  });
  assert.ok(undone.ok, await undone.text());
  await page.goto(`/matters/${matter}`);
  assert.equal(await mentions.count(), before.length - 2);
  await close();
});

test("two entities are made one, and one is parted, with the keyboard alone; both are taken back in the list", async () => {
  const { page, close } = await tried.open();
  await page.goto("/entities");
  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.type("aldous");
  await onward(page, () => page.keyboard.press("Enter"));
  const found = page.locator("#entities [data-entity]");
  assert.equal(await found.count(), 1);
  const entity = await found.getAttribute("data-entity");
  await found.getByRole("link").focus();
  await onward(page, () => page.keyboard.press("Enter"));
  await page.getByRole("heading", { level: 1, name: "Ruben Aldous" }).waitFor();
  const reports = await page.locator(".mentions [data-report]").evaluateAll((list) => list.map((it) => it.dataset.report));
  assert.ok(reports.length > 1, `${reports}`);

  // Part of it is another: what the first report says of it.
  await page.getByRole("checkbox", { name: `Choose ${reports[0]}` }).first().focus();
  await page.keyboard.press("Space");
  await page.locator("#why-split").focus();
  await page.keyboard.type("his brother");
  await page.locator("#as-split").fill("Berit");
  await page.locator("#split").focus();
  await onward(page, () => page.keyboard.press("Enter"));
  const own = new URL(page.url()).searchParams.get("name");
  assert.notEqual(own, entity);
  const parted = await page.locator(".mentions [data-report]").evaluateAll((list) => list.map((it) => it.dataset.report));
  assert.deepEqual([...new Set(parted)], [reports[0]]);
  assert.match(onrecord(["corrections", "--ledger", tried.ledger]), new RegExp(`${own} is another than ${entity}: .*Berit.*his brother`));

  // And it is the same after all. Who says so is remembered.
  await page.goto(`/source?name=${entity}`);
  assert.equal(await page.locator("#as-merge").inputValue(), "Berit");
  await page.getByLabel("Another entity is this one").focus();
  await page.keyboard.type(own);
  await onward(page, () => page.keyboard.press("Enter"));
  assert.match(await page.getByRole("main").innerText(), new RegExp(`With ${own}, as a person says`));

  await page.goto("/rulings");
  for (const name of ["n2", "n1"]) {
    await page.getByRole("button", { name: `Take back ruling ${name}` }).focus();
    await onward(page, () => page.keyboard.press("Enter"));
    assert.match(await page.locator(`[data-ruling=${name}]`).innerText(), /taken back/);
  }
  await page.goto(`/source?name=${entity}`);
  const after = await page.locator(".mentions [data-report]").evaluateAll((list) => list.map((it) => it.dataset.report));
  assert.deepEqual(after, reports);
  await close();
});

test("what came from another site changes nothing", async () => {
  const before = corrections().length;
  for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
    const answer = await fetch(`${tried.address}/corrections`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
      body: "statement=s1&verdict=strike",
    });
    assert.equal(answer.status, 403);
  }
  assert.equal(corrections().length, before);
});
