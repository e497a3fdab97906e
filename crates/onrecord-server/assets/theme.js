// Runs before the page is drawn, so that a dark page does not flash light first.
"use strict";
try {
  const theme = localStorage.getItem("onrecord-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing shows what the system prefers.
}
