// What holds of every page: no barrier by WCAG, by daylight and in the dark; it fits a phone; the keyboard is enough.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { asked, barriers, changedReport, desk, onrecord } from "./desk.mjs";

let tried;
let pages;
before(async () => {
  tried = await desk();
  const changed = changedReport(tried.ledger);
  onrecord(["correct", "--ledger", tried.ledger, "s1", "--act", "doubt", "--as", "Ida", "--why", "she only wonders"]);
  const [denial] = asked("search", "--ledger", tried.ledger, "overloaded", "--by", "Transport Ministry", "--act", "deny").claims;
  pages = {
    start: "/",
    report: `/reports/${denial.report}`,
    matter: `/matters/${denial.matter}`,
    source: "/source?name=Ruben+Aldous",
    entities: "/entities",
    search: "/search?words=overloaded",
    "search without an answer": "/search?words=zeppelin",
    matters: "/matters",
    review: "/review",
    rulings: "/rulings",
    "a report that changed": `/reports/${changed}`,
    history: `/reports/${changed}/history`,
    api: "/api",
  };
});
after(() => tried.end());

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };
const NAMES = [
  "start",
  "report",
  "matters",
  "matter",
  "source",
  "search",
  "search without an answer",
  "review",
  "entities",
  "rulings",
  "a report that changed",
  "history",
  "api",
];

for (const name of NAMES) {
  describe(name, () => {
    for (const [shape, options] of Object.entries({
      light: { colorScheme: "light" },
      dark: { colorScheme: "dark" },
      "on a phone": { ...PHONE, colorScheme: "light" },
      "on a phone in the dark": { ...PHONE, colorScheme: "dark" },
    })) {
      test(shape, async () => {
        const { page, close } = await tried.open(options);
        const answer = await page.goto(pages[name]);
        assert.equal(answer.status(), 200);
        assert.deepEqual(await barriers(page), []);
        const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(wide <= window, `the page is ${wide} wide in a window of ${window}`);
        await close();
      });
    }

    test("the keyboard comes to everything, sees where it is, and leaves again", async () => {
      const { page, close } = await tried.open();
      await page.goto(pages[name]);
      // A field for a day has stops of its own.
      const days = 4 * (await page.locator("input[type=date]").count());
      const count = await page.evaluate(() => {
        const can = "a[href], button, input, select, textarea, summary, [tabindex='0'], iframe";
        const shown = (it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled && it.tabIndex >= 0;
        const first = (it) => it.type !== "radio" || it.checked || !it.form?.querySelector(`[name="${it.name}"]:checked`);
        return [...document.querySelectorAll(can)].filter(shown).filter(first).length;
      });
      const seen = new Set();
      for (let step = 0; step < count + days + 5; step++) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate(() => {
          const it = document.activeElement;
          if (!it || it === document.body) return null;
          window.met ??= new Map();
          if (!window.met.has(it)) window.met.set(it, window.met.size);
          const style = getComputedStyle(it);
          const box = it.getBoundingClientRect();
          // Within a field for a day the browser itself lights up the part that is written to.
          const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || it.type === "date";
          return { nth: window.met.get(it), what: it.outerHTML.slice(0, 120), ring, shown: box.width > 0 && box.height > 0 };
        });
        if (!at) break;
        assert.ok(at.ring || at.shown === false, `nothing shows that the keyboard is at ${at.what}`);
        seen.add(at.nth);
      }
      assert.ok(seen.size >= count, `of ${count} things the keyboard came to ${seen.size}`);
      await close();
    });
  });
}

test("without a script every page still says what it has to say", async () => {
  const { page, close } = await tried.open({ javaScriptEnabled: false });
  for (const name of NAMES) {
    const answer = await page.goto(pages[name]);
    assert.equal(answer.status(), 200);
    assert.ok((await page.getByRole("main").innerText()).length > 40, name);
  }
  await close();
});

test("light and dark can be chosen, and stay chosen", async () => {
  const { page, close } = await tried.open({ colorScheme: "light" });
  await page.goto("/");
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByRole("button", { name: "Switch to dark colours" }).click();
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.goto(pages.report);
  assert.equal(await paper(), dark);
  await page.getByRole("button", { name: "Switch to light colours" }).click();
  assert.equal(await paper(), light);
  await close();
});

test("pages may do nothing that their policy does not name", async () => {
  const { page, close } = await tried.open();
  for (const name of NAMES) {
    const policy = (await page.request.get(pages[name])).headers()["content-security-policy"] ?? "";
    assert.match(policy, /default-src 'none'/, name);
    assert.match(policy, /script-src 'self'(;|$)/, name);
    assert.ok(!/unsafe-inline|unsafe-eval|https?:|\*/.test(policy), `${name}: ${policy}`);
  }
  await close();
});
