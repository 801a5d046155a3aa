// The command palette: what it offers is in the page; customers are asked for as one types.
(() => {
  "use strict";
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = document.getElementById("palette-input");
  const found = document.getElementById("palette-found");
  const none = palette.querySelector(".palette-none");
  // Like the server: without accents, and đ is d.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const offered = () => [...palette.querySelectorAll('[role="option"]:not([hidden])')];
  let asked = 0;

  function select(option) {
    for (const other of palette.querySelectorAll('[aria-selected="true"]')) other.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  function narrow() {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    for (const option of palette.querySelectorAll('[role="option"]')) {
      const text = fold(option.textContent);
      option.hidden = !found.contains(option) && !words.every((word) => text.includes(word));
    }
    none.hidden = offered().length > 0;
    select(offered()[0]);
  }
  async function find() {
    const turn = ++asked;
    const text = input.value.trim();
    if (text.length < 2) return found.replaceChildren();
    try {
      const answer = await fetch("/customers/find?q=" + encodeURIComponent(text), { headers: { "HX-Request": "true" } });
      const html = await answer.text();
      // A later question was answered meanwhile.
      if (turn !== asked || !answer.ok) return;
      const parsed = new DOMParser().parseFromString(html, "text/html");
      found.replaceChildren(...parsed.body.children);
    } catch {
      found.replaceChildren();
    }
    narrow();
  }
  let wait = 0;
  input.addEventListener("input", () => {
    narrow();
    clearTimeout(wait);
    wait = setTimeout(find, 120);
  });
  palette.addEventListener("keydown", (event) => {
    const options = offered();
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      select(options[(at + step + options.length) % options.length]);
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      options[Math.max(at, 0)]?.click();
    }
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  new MutationObserver(() => {
    if (!palette.open) return;
    input.value = "";
    found.replaceChildren();
    narrow();
    input.focus();
  }).observe(palette, { attributes: true, attributeFilter: ["open"] });
})();
