// Boards: cards are dragged to another lane, or moved there with Shift and an arrow. The lane shows it at once; what the server
// answers takes its place, and where somebody else was faster the card goes where it really is.
(() => {
  "use strict";
  const board = () => document.querySelector("[data-board]");
  const lanes = () => [...board().querySelectorAll("[data-lane]")];
  const laneOf = (tile) => tile.closest("[data-lane]");
  const list = (lane) => lane.querySelector(".tiles");
  const name = (lane) => lane.querySelector("h2").textContent.trim();
  let dragged = null;

  function say(text) {
    const line = document.getElementById("board-said");
    if (line) line.textContent = text;
  }
  function count(lane, change) {
    const number = lane.querySelector("[data-count]");
    if (!number) return;
    number.dataset.count = Math.max(Number(number.dataset.count) + change, 0);
    number.textContent = Number(number.dataset.count).toLocaleString("vi-VN");
  }
  function place(tile, lane, before) {
    const from = laneOf(tile);
    if (before) before.parentElement.insertBefore(tile, before);
    else list(lane).prepend(tile);
    if (from !== lane) {
      count(from, -1);
      count(lane, 1);
    }
  }
  // Answers may show a card that belongs into another lane than the one it hangs in.
  function settle() {
    const all = board();
    if (!all) return;
    for (const tile of all.querySelectorAll("[data-tile]")) {
      const lane = laneOf(tile);
      if (lane && lane.dataset.lane !== tile.dataset.in) {
        const right = all.querySelector(`[data-lane="${CSS.escape(tile.dataset.in)}"]`);
        if (right) place(tile, right);
      }
    }
  }

  async function move(tile, lane) {
    const from = laneOf(tile);
    if (!lane || lane === from) return;
    if (lane.dataset.asks) {
      // Something has to be said first: the side panel asks it. A card that is beyond that offers no such link.
      tile.querySelector(`[href$="ask=${lane.dataset.asks}"]`)?.click();
      return;
    }
    const next = tile.nextElementSibling;
    const { move: action, version } = tile.dataset;
    const { id } = tile;
    place(tile, lane);
    tile.classList.add("moving");
    try {
      await htmx.ajax("POST", action, {
        source: tile,
        target: "#" + id,
        swap: "outerHTML",
        values: { [board().dataset.board]: lane.dataset.lane, version },
      });
    } catch {
      // Told of by the frame; the card goes back below.
    }
    tile.classList.remove("moving");
    const words = document.getElementById("board-said")?.dataset ?? {};
    if (tile.isConnected) {
      place(tile, from, next?.isConnected ? next : null);
      say(words.back);
    }
    settle();
    const shown = document.getElementById(id);
    if (shown && !tile.isConnected) say(`${words.moved} ${name(laneOf(shown))}`);
    shown?.querySelector(".tile-title")?.focus();
  }

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-tile]") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    document.querySelectorAll(".lane.over").forEach((lane) => lane.classList.remove("over"));
  });
  document.addEventListener("dragover", (event) => {
    const lane = dragged && event.target.closest?.("[data-lane]");
    if (!lane) return;
    event.preventDefault();
    for (const other of lanes()) other.classList.toggle("over", other === lane);
  });
  document.addEventListener("drop", (event) => {
    const lane = dragged && event.target.closest?.("[data-lane]");
    if (!lane) return;
    event.preventDefault();
    lane.classList.remove("over");
    move(dragged, lane);
  });
  document.addEventListener("keydown", (event) => {
    const tile = event.shiftKey && event.target.closest?.("[data-tile]");
    if (!tile || (event.key !== "ArrowLeft" && event.key !== "ArrowRight") || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    event.stopPropagation();
    const all = lanes();
    move(tile, all[all.indexOf(laneOf(tile)) + (event.key === "ArrowRight" ? 1 : -1)]);
  });
  // The card's own menu does the same without leaving the page.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("[data-moves]");
    const tile = form?.closest("[data-tile]");
    if (!tile || !board() || !event.submitter) return;
    event.preventDefault();
    form.closest("details").open = false;
    move(tile, board().querySelector(`[data-lane="${CSS.escape(event.submitter.value)}"]`));
  });
  document.addEventListener("htmx:afterSettle", settle);
  // The answer to a form brings along the changed card, row and sums, in case they are in the page that is shown: where they are not,
  // they are left out. A row comes in a template, because nothing else holds one.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.serverResponse?.includes('hx-swap-oob="true"')) return;
    const answer = document.createElement("template");
    answer.innerHTML = detail.serverResponse;
    const wrapped = [...answer.content.querySelectorAll("template")];
    for (const root of [answer, ...wrapped])
      for (const part of root.content.querySelectorAll('[hx-swap-oob="true"]')) {
        const shown = document.getElementById(part.id);
        if (!shown) part.remove();
        else if (shown.classList.contains("chosen")) part.classList.add("chosen");
      }
    for (const template of wrapped) if (!template.content.firstElementChild) template.remove();
    detail.serverResponse = answer.innerHTML;
  });

  // What has to be asked on a record stands folded up on it: the step unfolds it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-opens]");
    const part = link?.closest(".record")?.querySelector(`[data-asked="${CSS.escape(link.dataset.opens)}"]`);
    if (!part || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    part.open = true;
    part.querySelector("input:not([type=hidden]), select")?.focus();
  });
})();
