// Every page there is, found by its links: reachable, no barrier in either theme, no wider than a phone, in Vietnamese, light on the wire.
import assert from "node:assert/strict";

import { crawl } from "./support/crawl.js";
import { barriers, darken, englishTexts, jumps, onPhone, overflow, picture } from "./support/looks.js";
import { scene } from "./support/world.js";

/** Pages that are kept as pictures, each in both themes and on a phone. */
const PICTURES = {
  "/": "dashboard",
  "/customers": "customers",
  "/customers/1": "customer",
  "/leads": "leads",
  "/deals": "deals",
  "/tickets": "tickets",
  "/companies": "companies",
  "/inbox": "inbox",
  "/duplicates": "duplicates",
  "/outbox": "outbox",
  "/settings": "settings",
};

/** Bytes of a page's HTML on the wire, at most. */
const HEAVIEST = 100 * 1024;

scene("every page is as it should be", async (page) => {
  // Each way to change a fact; besides those that are linked, what is found by nothing but a question.
  const facts = ["name", "note", "gender", "birth_date", "owners"].map((fact) => `/customers/1/edit/${fact}`);
  const begin = [...Object.keys(PICTURES), ...facts, "/customers/1/timeline", "/customers?q=khong-ai-ten-nhu-the", "/sign-in"];
  const faults = [];
  const { broken } = await crawl(page, begin, async (address, answer) => {
    const note = (what, lines) => lines.forEach((line) => faults.push(`${address}: ${what}: ${line}`));
    const { responseBodySize } = await answer.request().sizes();
    if (responseBodySize > HEAVIEST) note("heavy", [`${responseBodySize} bytes`]);
    if (!(await answer.headerValue("content-encoding"))) note("heavy", ["it is not compressed"]);
    const shift = await jumps(page);
    if (shift > 0.1) note("jumps", [shift.toFixed(3)]);
    note("English", await englishTexts(page));
    const name = PICTURES[address] ?? address.replaceAll(/[^\w]+/g, "-").replace(/^-|-$/g, "");
    await picture(page, `${name}-light`);
    note("wider than the window", await overflow(page));
    note("barrier", await barriers(page));
    await darken(page, true);
    await picture(page, `${name}-dark`);
    note("barrier in the dark", await barriers(page, ["color-contrast"]));
    await darken(page, false);
    await onPhone(page, async () => {
      note("wider than a phone", await overflow(page));
      note("barrier on a phone", await barriers(page));
      await picture(page, `${name}-phone`);
    });
  });
  faults.unshift(...broken);
  assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.join("\n")}`);
});
