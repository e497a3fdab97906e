// What pages do beyond showing themselves. Every page works without it; nothing here makes HTML out of text.
"use strict";

const byId = (id) => document.getElementById(id);

// ---- light and dark ----

function theme() {
  const button = byId("theme");
  const root = document.documentElement;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";
  const show = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Switch to light colours" : "Switch to dark colours");
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("onrecord-theme", root.dataset.theme);
    } catch {
      // It holds for this page, then.
    }
    show();
  });
  prefersDark.addEventListener("change", show);
  show();
}

// ---- a report ----

function report() {
  const text = byId("text");
  if (!text) return;
  const margin = byId("margin");
  const tip = byId("tip");
  const pieces = new Map();
  for (const piece of text.querySelectorAll("[data-s]")) {
    for (const name of piece.dataset.s.split(" ")) {
      if (!pieces.has(name)) pieces.set(name, []);
      pieces.get(name).push(piece);
    }
  }
  let lit = null;

  function light(name) {
    if (lit === name) return;
    for (const piece of pieces.get(lit) ?? []) piece.classList.remove("lit");
    byId(lit ?? "")?.classList.remove("lit");
    lit = name;
    for (const piece of pieces.get(name) ?? []) piece.classList.add("lit");
    byId(name ?? "")?.classList.add("lit");
  }

  // Where the margin stands beside the text, it scrolls by itself to the statement at hand.
  const isBeside = () => getComputedStyle(margin).position === "sticky";
  function follow(name) {
    const card = byId(name);
    if (card && isBeside()) {
      margin.scrollTo({ top: card.offsetTop - margin.clientHeight / 3 });
    }
  }

  function point(piece) {
    const name = piece.dataset.s.split(" ")[0];
    light(name);
    const card = byId(name);
    if (!card) return;
    tip.replaceChildren();
    for (const part of card.querySelectorAll(".brief, .claim .meta, .denial")) {
      const copy = part.cloneNode(true);
      for (const link of copy.querySelectorAll("a")) {
        const words = document.createElement("span");
        words.className = link.className;
        words.append(...link.childNodes);
        link.replaceWith(words);
      }
      tip.append(copy);
    }
    const confidence = card.querySelector("meter");
    if (confidence) {
      const line = document.createElement("p");
      line.className = "meta";
      line.textContent = `read with ${confidence.textContent} confidence`;
      tip.append(line);
    }
    tip.hidden = false;
    const at = piece.getClientRects()[0] ?? piece.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, innerWidth - tip.offsetWidth - 8));
    const above = at.top - tip.offsetHeight - 8;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(above > 0 ? above : at.bottom + 8) + scrollY}px`;
    piece.setAttribute("aria-describedby", "tip");
  }
  function unpoint(piece) {
    tip.hidden = true;
    piece?.removeAttribute("aria-describedby");
    light(null);
  }
  const pieceOf = (event) => event.target instanceof Element ? event.target.closest("[data-s]") : null;
  text.addEventListener("mouseover", (event) => pieceOf(event) && point(pieceOf(event)));
  text.addEventListener("mouseout", (event) => pieceOf(event) && unpoint(pieceOf(event)));
  text.addEventListener("focusin", (event) => pieceOf(event) && (point(pieceOf(event)), follow(lit)));
  text.addEventListener("focusout", (event) => pieceOf(event) && unpoint(pieceOf(event)));
  margin.addEventListener("mouseover", (event) => light(event.target.closest(".card")?.id ?? null));
  margin.addEventListener("focusin", (event) => light(event.target.closest(".card")?.id ?? null));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tip.hidden = true;
  });
  text.addEventListener("click", (event) => {
    const piece = pieceOf(event);
    if (piece && !piece.closest("a")) {
      const card = byId(piece.dataset.s.split(" ")[0]);
      follow(card?.id);
      card?.focus({ preventScroll: isBeside() });
    }
  });

  // The margin follows the reading: the first handle in the upper half of the window is the statement at hand.
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.isIntersecting ? seen.add(entry.target) : seen.delete(entry.target);
    const first = [...seen].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0];
    if (first && !tip.matches(":not([hidden])") && !margin.matches(":hover, :focus-within")) follow(first.id.slice(2));
  }, { rootMargin: "-10% 0px -50% 0px" });
  for (const handle of text.querySelectorAll(".handle")) watcher.observe(handle);

  original();
  function arrive() {
    const card = byId(location.hash.slice(1));
    if (card?.classList.contains("card")) {
      light(card.id);
      follow(card.id);
      pieces.get(card.id)?.[0]?.scrollIntoView({ block: "center" });
      card.focus({ preventScroll: true });
    }
  }
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();
}

// The original is shown in a frame that runs nothing and may ask for nothing.
function original() {
  const link = byId("show-original");
  const place = byId("original");
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const open = place.hidden;
    if (open && !place.firstChild) {
      const frame = document.createElement("iframe");
      frame.src = link.href;
      frame.title = "The original";
      frame.setAttribute("sandbox", "");
      frame.referrerPolicy = "no-referrer";
      place.append(frame);
    }
    place.hidden = !open;
    place.parentElement.classList.toggle("with-original", open);
    link.setAttribute("aria-expanded", String(open));
    link.textContent = open ? "Hide the original" : "Show the original";
  });
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      link.click();
    }
  });
}

// ---- adding ----

function adding() {
  const form = byId("add");
  if (!form) return;
  const drop = byId("drop");
  const files = byId("files");
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  };
  // Wherever on the page a file is dropped, it is meant for the desk.
  addEventListener("dragover", over);
  addEventListener("dragleave", () => drop.classList.remove("over"));
  addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    files.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  files.addEventListener("change", () => files.files.length && form.requestSubmit());
  byId("paste").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    byId("told").textContent = "Reading …";
  });
  addEventListener("pageshow", () => {
    byId("told").textContent = "";
  });
}

// ---- how far adding is ----

function job() {
  const progress = byId("progress");
  if (!progress || progress.dataset.done === "true") return;
  const list = byId("job");
  const words = { added: "added", known: "there before", changed: "a new version", no_report: "no report", failed: "could not be read", passed: "passed over" };
  const events = new EventSource(`/jobs/${encodeURIComponent(progress.dataset.job)}/events`);
  let number = 0;
  const shown = list.children.length;
  events.addEventListener("open", () => {
    number = 0;
  });
  events.addEventListener("told", (event) => {
    const told = JSON.parse(event.data);
    number += 1;
    if (number <= Math.max(shown, list.children.length)) return;
    const item = document.createElement("li");
    item.dataset.outcome = words[told.outcome];
    const said = document.createElement("p");
    said.className = "said";
    if (told.report) {
      const link = document.createElement("a");
      link.href = `/reports/${told.report}`;
      link.textContent = told.place;
      said.append(link);
    } else {
      said.textContent = told.place;
    }
    const meta = document.createElement("p");
    meta.className = "meta";
    meta.textContent = words[told.outcome] + (told.detail ? `: ${told.detail}` : "");
    item.append(said, meta);
    list.append(item);
    progress.textContent = `Reading … ${number}`;
  });
  events.addEventListener("done", () => {
    events.close();
    progress.textContent = "Done.";
    progress.dataset.done = "true";
  });
}

// ---- review ----

function review() {
  const keys = byId("keys");
  if (!keys) return;
  keys.checked = remembered("onrecord-keys") !== "off";
  keys.addEventListener("change", () => remember("onrecord-keys", keys.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input:not([type=checkbox]), select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, select")) target.focus();
    else target.click();
  });
}

// Who says so is remembered for the next time.
function person() {
  for (const field of document.querySelectorAll("[data-remember]")) {
    field.value = remembered(field.dataset.remember) ?? field.value;
    field.addEventListener("change", () => remember(field.dataset.remember, field.value));
  }
}

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It holds for this page, then.
  }
}

// ---- the API ----

function api() {
  for (const form of document.querySelectorAll("form.try")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = form.querySelector(".answer");
      let path = form.dataset.path;
      const question = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(value));
        else if (value !== "") question.set(name, value);
      }
      const body = form.querySelector("textarea")?.value;
      const headers = { accept: "application/json" };
      if (body !== undefined) headers["content-type"] = "application/json";
      const asked = question.size ? `${path}?${question}` : path;
      answer.hidden = false;
      answer.textContent = "…";
      try {
        const response = await fetch(asked, { method: form.dataset.method, headers, body });
        const text = await response.text();
        let shown = text;
        try {
          shown = JSON.stringify(JSON.parse(text), null, 2);
        } catch {
          // It is shown as it came.
        }
        answer.textContent = `${response.status} ${response.statusText}\n\n${shown}`;
      } catch (error) {
        answer.textContent = String(error);
      }
    });
  }
}

theme();
report();
adding();
job();
review();
person();
api();
