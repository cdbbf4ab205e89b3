// Shows the page light or dark, as the system prefers until a person chooses otherwise; runs before anything is drawn.
"use strict";

{
  const KEPT_AS = "instep-theme";
  const SAID = { "": "as the system", light: "light", dark: "dark" };
  const NEXT = { "": "light", light: "dark", dark: "" };
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const recall = () => {
    try { return localStorage.getItem(KEPT_AS) ?? ""; } catch { return ""; }
  };
  const keep = (theme) => {
    try { localStorage.setItem(KEPT_AS, theme); } catch { /* then it holds for this page alone */ }
  };
  let chosen = recall() in SAID ? recall() : "";

  const show = () => {
    document.documentElement.dataset.bsTheme = chosen || (prefersDark.matches ? "dark" : "light");
    const said = document.getElementById("theme-now");
    if (said) said.textContent = SAID[chosen];
  };

  show();
  prefersDark.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme-button");
    button.hidden = false;
    button.addEventListener("click", () => {
      chosen = NEXT[chosen];
      keep(chosen);
      show();
    });
    show();
  });
}
