// Lists: what is linked beside a list follows its filters as they change.
(() => {
  "use strict";
  document.addEventListener("htmx:afterSwap", (event) => {
    const results = document.getElementById("results");
    if (!results || !("query" in results.dataset)) return;
    for (const link of document.querySelectorAll("[data-list-link]")) link.href = link.dataset.listLink + "?" + results.dataset.query;
    for (const input of document.querySelectorAll("[data-list-query]")) input.value = results.dataset.query;
    const filters = document.querySelector("[data-filters]");
    if (filters && results.dataset.filtersSet) filters.textContent = results.dataset.filtersSet;
  });
  // A row that is drawn anew is still the one that is looked at, or picked.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const row = detail.fragment.firstElementChild;
    if (!row?.matches("[data-row]")) return;
    row.classList.toggle("chosen", detail.target.classList.contains("chosen"));
    const [pick, was] = [row, detail.target].map((one) => one.querySelector("input[name=pick]"));
    if (pick && was) pick.checked = was.checked;
  });
  // How many rows are picked stands where something is done with them: picks are gone when another list is shown.
  const count = () => {
    const form = document.getElementById("bulk");
    if (!form) return;
    const picks = document.querySelectorAll("input[name=pick]:checked").length;
    form.querySelector("[data-picks]").value = picks;
    form.querySelector("button").disabled = picks === 0 && !form.elements.all.checked;
  };
  for (const event of ["change", "htmx:afterSwap", "pageshow"]) addEventListener(event, count);
  count();
  // A field that is left empty is no filter: it has no business in the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    const values = event.detail.formData;
    for (const key of [...new Set(values.keys())]) {
      const kept = values.getAll(key).filter((value) => value !== "");
      values.delete(key);
      kept.forEach((value) => values.append(key, value));
    }
  });
})();
