// A record: printing, which files were picked, which tab is chosen, and where the keys are while a fact is edited.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const tab = event.target.closest("[data-tab]");
    if (!tab) return;
    for (const other of tab.parentElement.children) other.removeAttribute("aria-current");
    tab.setAttribute("aria-current", "true");
  });
  document.addEventListener("change", (event) => {
    const said = event.target.closest?.("[data-picker]")?.parentElement.querySelector("[data-picked]");
    if (said) said.textContent = [...event.target.files].map((file) => file.name).join(", ");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const fact = event.detail.elt;
    if (!fact?.classList?.contains("fact")) return;
    const first = fact.querySelector("[autofocus], input[type=checkbox], .edit-slot > a");
    first?.focus();
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.(".edit-form");
    if (!form) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      form.querySelector("[data-cancel]").click();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  }, true);
})();
