// What is looked at on a page: what keeps people out (axe), what is too wide, how it looks, and whether a word is in the wrong language.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { root, screenshots } from "./places.js";
import { PHONE, WIDE } from "./world.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe has against the page as it stands, one line a fault. `rules` narrows it to some. */
export async function barriers(page, rules) {
  // Through the debugger: the policy of our pages lets no foreign script in, not even this one.
  await page.evaluate(axe);
  const options = {
    resultTypes: ["violations"],
    rules: { "target-size": { enabled: true } },
    ...(rules ? { runOnly: { type: "rule", values: rules } } : {}),
  };
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} — ${node.failureSummary.split("\n").slice(1, 3).join(" ").trim()}`),
  );
}

/** What stands out of the window to the side, by how many pixels. */
export function overflow(page) {
  return page.evaluate(() => {
    const excess = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (excess <= 0) return [];
    const edge = document.documentElement.clientWidth;
    const right = (part) => part.getBoundingClientRect().right;
    const wide = [...document.body.querySelectorAll("*")].filter((part) => right(part) > edge + 0.5 && part.checkVisibility());
    wide.sort((one, other) => right(other) - right(one));
    return [`${excess} px`, ...wide.slice(0, 4).map((part) => part.outerHTML.slice(0, 120))];
  });
}

/** Keeps a picture of the page in the build folder. */
export function picture(page, name) {
  return page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Lets the machine be dark, or light. */
export async function darken(page, isDark) {
  await page.emulateMedia({ colorScheme: isDark ? "dark" : "light" });
}

/** Holds the page in a window as narrow as the narrowest phone while `look` looks. */
export async function onPhone(page, look) {
  await page.setViewportSize(PHONE);
  const seen = await look();
  await page.setViewportSize(WIDE);
  return seen;
}

const words = (text) => text.toLowerCase().match(/[\p{L}\p{M}'’]+/gu) ?? [];

function catalog(language) {
  const folder = join(root, "crates/web/messages", language);
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n"));
  const texts = lines.filter((line) => line.includes("=") && !line.startsWith("#")).map((line) => line.slice(line.indexOf("=") + 1));
  return new Set(texts.flatMap((text) => words(text.replace(/\{\w+\}/g, " "))));
}

/** English words that are Vietnamese ones too, in names and in messages without accents. */
const BOTH = new Set(["long", "that"]);

/** Words of the English catalog that no Vietnamese text of ours uses. */
const english = (() => {
  const vietnamese = catalog("vi");
  return new Set([...catalog("en")].filter((word) => word.length > 2 && !vietnamese.has(word) && !BOTH.has(word)));
})();

/** Ticket channels, called as BeeIQ's document calls them. */
const CHANNELS = new Set(["Phone", "Kite Call", "Web Contact Form"]);

/** Texts on the page, in its labels and in its title that have an English word in them. Code and JSON may. */
export async function englishTexts(page) {
  const texts = await page.evaluate(() => {
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest("code, pre, kbd, script, style, textarea, [lang]:not(html)")) found.push(walker.currentNode.data);
    }
    for (const name of ["aria-label", "title", "placeholder", "alt", "data-copied", "data-offline"]) {
      for (const part of document.querySelectorAll(`[${name}]`)) found.push(part.getAttribute(name));
    }
    return found.map((text) => text.replace(/\s+/g, " ").trim()).filter(Boolean);
  });
  // Addresses, e-mails, codes, numbers and the head of a certificate are no words.
  const spoken = (text) => text.replace(/-----[A-Z ]+-----/g, "").split(" ").filter((part) => !/[@/\d_=\\]|\w[.:]\w/.test(part)).join(" ");
  return [...new Set(texts)].filter((text) => !CHANNELS.has(text) && words(spoken(text)).some((word) => english.has(word)));
}

/** Counts what jumps while the page loads, as browsers measure it: 0 is still, 0.1 is where people notice. */
export function jumps(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
        });
        observer.observe({ type: "layout-shift", buffered: true });
        // What is buffered is handed over before the next frame is drawn.
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
      }),
  );
}
