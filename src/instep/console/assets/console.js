// What moves by itself on every page: menus that open and close, and the word on whether what is live is up to date.
// Everything else works without it.
"use strict";

{
  const popups = () => document.querySelectorAll("details.popup[open]");
  const close = (popup) => {
    popup.open = false;
    popup.querySelector("summary").focus();
  };

  document.addEventListener("click", ({ target }) => {
    const own = target.closest?.("details.popup");
    for (const popup of popups()) if (popup !== own) popup.open = false;
    if (target.closest?.(".popup-close")) close(own);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const popup of popups()) close(popup);
    openMenu(false);
  });

  const menu = document.getElementById("menu");
  const menuButton = document.getElementById("menu-button");
  const openMenu = (open) => {
    if (!menu) return;
    menu.classList.toggle("is-open", open);
    menuButton.setAttribute("aria-expanded", String(open));
  };
  if (menuButton) {
    menuButton.setAttribute("role", "button");
    openMenu(false);
    menuButton.addEventListener("click", (event) => {
      event.preventDefault();
      openMenu(!menu.classList.contains("is-open"));
    });
  }

  // In a narrow window the tabs are a strip: the open one is seen without looking for it.
  document.querySelector(".tabs .active")?.scrollIntoView({ block: "nearest", inline: "center" });

  document.getElementById("reload")?.remove(); // said to those whose pages do not move

  const connection = document.getElementById("connection");
  const say = (text) => {
    if (connection.textContent !== text) connection.textContent = text;
  };
  document.addEventListener("htmx:sseError", () => say("The service does not answer; what is shown is not up to date."));
  document.addEventListener("htmx:sseOpen", ({ detail }) => {
    say("");
    // The session is over: what is shown is no more for whoever looks at it.
    detail.source?.addEventListener("signed-out", () => location.reload(), { once: true });
  });

  // A browser keeps few connections to one host: pages that nobody looks at let go of theirs.
  document.addEventListener("visibilitychange", () => {
    const happened = document.hidden ? "htmx:beforeCleanupElement" : "htmx:afterProcessNode";
    for (const live of document.querySelectorAll("[sse-connect]")) htmx.trigger(live, happened);
  });

  // htmx asked for a part of a page, and the answer was a page to sign in: go there as a whole.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr && new URL(xhr.responseURL).pathname === "/sign-in") {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
}
