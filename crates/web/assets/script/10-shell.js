// The frame: menus that close, toasts, copy buttons, the side panel, keys. Plain and unobtrusive: without it every link still leads on.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // ---- toasts ----
  const toasts = () => $("#toasts");
  function say(text, isBad) {
    const toast = document.createElement("div");
    toast.className = isBad ? "toast toast-bad" : "toast";
    toast.setAttribute("role", isBad ? "alert" : "status");
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button icon-only quiet small";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", document.body.dataset.close);
    close.textContent = "×";
    toast.append(words, close);
    toasts().append(toast);
    fade(toast);
  }
  function fade(toast) {
    // What can be taken back stays longer; nothing goes while it is looked at.
    const wait = toast.classList.contains("toast-bad") ? 12000 : toast.querySelector("form") ? 15000 : 6000;
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : toast.remove());
    setTimeout(leave, wait);
  }
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) fade(node);
    // Who works fast sees the last three, not a pile.
    for (const old of $$(".toast", toasts()).slice(0, -3)) old.remove();
  }).observe(toasts(), { childList: true });
  $$(".toast").forEach(fade);
  document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline, true));
  document.addEventListener("submit", (event) => {
    const toast = event.target.closest(".toast");
    if (toast) setTimeout(() => toast.remove(), 400);
  });

  // ---- small things that are clicked ----
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-dismiss], [data-copy], [data-open], [data-panel], [data-panel-close]");
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (!target) return;
    if ("dismiss" in target.dataset) target.closest(".toast").remove();
    if ("copy" in target.dataset) copy(target);
    if ("open" in target.dataset) $("#" + target.dataset.open).showModal();
    if ("panelClose" in target.dataset) closePanel();
    if ("panel" in target.dataset && !(event.ctrlKey || event.metaKey || event.shiftKey || event.button)) {
      event.preventDefault();
      openPanel(target);
    }
  });
  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // Browsers give the clipboard to safe connections only: elsewhere the text is marked, ready for Ctrl+C.
      const shown = button.parentElement.querySelector("code");
      if (shown) getSelection().selectAllChildren(shown);
      return;
    }
    say(document.body.dataset.copied);
  }

  // ---- the side panel ----
  const panel = $("#panel");
  const covers = matchMedia("(max-width: 767px)");
  let opener = null;
  let isLeaving = false;
  function openPanel(link) {
    opener = link;
    choose(link.closest("[data-row]"));
    htmx.ajax("GET", link.getAttribute("href"), { target: "#panel", swap: "innerHTML show:top" }).then(() => {
      // Where the panel covers the list, the way back closes it, as if it were a page.
      if (panel.hidden && covers.matches) history.pushState({ panel: true }, "");
      panel.hidden = false;
      panel.focus();
    });
  }
  function closePanel() {
    if (history.state?.panel) {
      isLeaving = true;
      history.back();
    }
    hidePanel();
  }
  function hidePanel() {
    panel.hidden = true;
    panel.replaceChildren();
    const row = $("[data-row].chosen [data-panel]");
    (row || opener)?.focus();
  }
  // htmx would draw the list anew for this step: it is there still, as it was.
  addEventListener("popstate", (event) => {
    if (!isLeaving && (!panel || panel.hidden || history.state?.panel)) return;
    event.stopImmediatePropagation();
    if (!isLeaving) hidePanel();
    isLeaving = false;
  });
  // A page that is gone on to from there takes the place of that step: the way back from it leads to the list at once.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#panel a[href]");
    const isElsewhere = !link || link.matches("[target], [download], [hx-get], [data-panel], [data-opens]") || link.origin !== location.origin;
    if (isElsewhere || event.ctrlKey || event.metaKey || event.shiftKey || !history.state?.panel) return;
    event.preventDefault();
    location.replace(link.href);
  });
  function walk(step) {
    const rows = $$("[data-row]");
    if (rows.length === 0) return false;
    const at = rows.findIndex((row) => row.classList.contains("chosen"));
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    choose(next);
    const link = $("[data-panel], a", next);
    if (panel && !panel.hidden) openPanel(link);
    else link?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }
  function choose(row) {
    $$("[data-row].chosen").forEach((other) => other.classList.remove("chosen"));
    row?.classList.add("chosen");
  }
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) walk(Number(step.dataset.step));
  });

  // ---- keys ----
  let isGoing = false;
  document.addEventListener("keydown", (event) => {
    const palette = $("#palette");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && palette) {
      event.preventDefault();
      if (!palette.open) palette.showModal();
      return;
    }
    if (event.key === "Escape") {
      const menu = $("details[open].menu, details[open].drawer");
      if (menu) {
        menu.open = false;
        $("summary", menu).focus();
      } else if (panel && !panel.hidden && !$("dialog[open]")) closePanel();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || $("dialog[open]") || event.isComposing) return;
    if (isGoing) {
      isGoing = false;
      const link = $(`.rail [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    const keys = {
      "/": () => ($("main [data-find]") || $("#find"))?.select(),
      "?": () => $("#keys")?.showModal(),
      c: () => $("[data-new]")?.click(),
      g: () => ((isGoing = true), setTimeout(() => (isGoing = false), 1200)),
      j: () => walk(1),
      k: () => walk(-1),
    };
    const inList = event.target === document.body || panel?.contains(event.target) || event.target.closest("[data-row]");
    if (inList && !event.target.closest(".tabs, [role='listbox'], .tile")) {
      keys.ArrowDown = () => (panel && !panel.hidden) || event.target.closest("[data-row]") ? walk(1) : null;
      keys.ArrowUp = () => (panel && !panel.hidden) || event.target.closest("[data-row]") ? walk(-1) : null;
      if (panel && !panel.hidden) {
        keys.ArrowRight = () => walk(1);
        keys.ArrowLeft = () => walk(-1);
      }
    }
    const act = keys[event.key] || keys[event.key.toLowerCase()];
    if (!act) return;
    if (act() !== null) event.preventDefault();
  });
})();
