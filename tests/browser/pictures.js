// The pictures of the README, taken anew: `node --test pictures.js`. Its name keeps it out of the suite.
import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { root } from "./support/places.js";
import { scene } from "./support/world.js";

/** Bytes of a picture at most. */
const HEAVIEST = 200 * 1024;
const folder = join(root, "docs/pictures");

scene("the pictures of the README", async (page) => {
  mkdirSync(folder, { recursive: true });
  const keep = async (name) => {
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path });
    assert.ok(statSync(path).size <= HEAVIEST, `${name} is too heavy`);
  };
  await page.setViewportSize({ width: 1120, height: 640 });
  await page.goto("/");
  await keep("dashboard");
  await page.goto("/leads");
  await keep("leads");
  await page.goto("/inbox");
  await page.getByRole("list", { name: "Hộp thư gọi vào" }).getByText("Một phần").first().waitFor();
  await page.locator("[data-row]").filter({ hasText: "Một phần" }).first().getByRole("link").click();
  await page.getByRole("complementary", { name: "Bảng bên" }).getByRole("heading", { name: "Đã quyết định" }).waitFor();
  await keep("inbox");
});
