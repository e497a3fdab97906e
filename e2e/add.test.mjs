// Adding in the browser: by paste, by upload, by dropping; what is there already, and what is no report.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { asked, desk, incoming } from "./desk.mjs";

let tried;
before(async () => (tried = await desk()));
after(() => tried.end());

const union = readFileSync(incoming("union.txt"), "utf8");

test("a pasted text is read at once", async () => {
  const { page, close } = await tried.open();
  await page.goto("/");
  await page.getByLabel("Paste a report").fill(union);
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await page.waitForURL(/\/reports\/d\d+$/);
  assert.match(await page.locator("#text").innerText(), /“They wrote it down, and nobody answered,”/);
  const report = page.url().match(/d\d+$/)[0];
  const denial = page.locator("#margin .card", { hasText: "there had been any warnings" });
  assert.match(await denial.innerText(), /Halden Ferry Company.*denies/s);
  const { claims } = asked("search", "--ledger", tried.ledger, "warnings", "--by", "Halden Ferry Company", "--act", "deny");
  assert.deepEqual(claims.map((it) => it.report), [report]);
  await page.goto("/");
  assert.equal(await page.locator("[aria-labelledby=new] li").first().getAttribute("data-report"), report);
  await close();
});

test("with the keyboard alone: paste, and Ctrl+Enter", async () => {
  const { page, close } = await tried.open();
  await page.goto("/");
  await page.getByLabel("Paste a report").focus();
  await page.keyboard.insertText("The mayor of Velmar said on Friday that the quay would stay closed. Nobody else spoke.");
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/\/reports\/d\d+$/);
  await page.locator("#text .m.content", { hasText: "the quay would stay closed" }).first().waitFor();
  await close();
});

test("an uploaded page is read, and the second time it is known", async () => {
  const { page, close } = await tried.open();
  const upload = async () => {
    await page.goto("/");
    await page.locator("#files").setInputFiles(incoming("raised.html"));
    await page.waitForURL(/\/reports\/d\d+$/);
    return page.url();
  };
  const first = await upload();
  await page.getByRole("heading", { level: 1, name: "Wreck of the Lindmora to be raised in May" }).waitFor();
  assert.equal(await upload(), first);
  await close();
});

test("files that are dropped are all told of, those that hold no report too", async () => {
  const { page, close } = await tried.open();
  await page.goto("/");
  const dropped = await page.evaluateHandle((texts) => {
    const data = new DataTransfer();
    for (const [name, text] of texts) data.items.add(new File([text], name));
    return data;
  }, [
    ["quay.txt", "The harbour master said on Sunday that the quay was safe. The union denied it."],
    ["french.txt", "Le ministre a déclaré mercredi que le navire n'était pas surchargé, selon un communiqué publié dans la soirée."],
    ["empty.txt", ""],
  ]);
  await page.locator("#drop").dispatchEvent("drop", { dataTransfer: dropped });
  await page.waitForURL(/\/jobs\/j\d+$/);
  await page.locator("#progress[data-done=true]").waitFor();
  assert.deepEqual(
    await page.locator("#job li").evaluateAll((list) => list.map((it) => [it.querySelector(".said").innerText, it.dataset.outcome])),
    [["quay.txt", "added"], ["french.txt", "no report"], ["empty.txt", "no report"]],
  );
  await page.getByRole("link", { name: "quay.txt" }).click();
  await page.locator("#text").getByText("The harbour master").waitFor();
  await close();
});

test("text from a report is never a page's own", async () => {
  const { page, close } = await tried.open();
  await page.goto("/");
  const nasty = "<script>alert(1)</script> & <img src=x onerror=alert(2)>";
  await page.getByLabel("Paste a report").fill(`Mayor ${nasty} Quill said the bridge would close. “${nasty},” Tom Reeve said on Monday.`);
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await page.waitForURL(/\/(reports|jobs)\/\w+$/);
  assert.equal(await page.locator("main script, main img").count(), 0);
  for (const path of ["/", "/search?words=%3Cscript%3E", "/search?words=bridge", "/source?name=%3Cimg%20src=x%3E"]) {
    await page.goto(path);
    assert.equal(await page.locator("main script, main img").count(), 0, path);
  }
  await close();
});

test("an address that leads into this machine is not fetched", async () => {
  const answer = await fetch(`${tried.address}/reports`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ url: `${tried.address}/` }),
  });
  const told = await answer.json();
  const outcomes = told.told?.map((it) => it.outcome) ?? [told.status];
  assert.ok(outcomes.length === 1 && ["failed", "passed", 422, 501].includes(outcomes[0]), JSON.stringify(told));
});

test("what is too large is refused, and the desk answers on", async () => {
  const body = new FormData();
  body.append("files", new Blob([new Uint8Array(40 << 20)]), "large.html");
  const answer = await fetch(`${tried.address}/reports`, { method: "POST", body }).catch((error) => error);
  assert.ok(answer instanceof Error || answer.status === 413, answer.status);
  assert.equal((await fetch(`${tried.address}/`)).status, 200);
});
