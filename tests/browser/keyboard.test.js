// The keyboard alone: signing in, finding, changing, and knowing at every step where one is; and what opens over a page has no barrier.
import assert from "node:assert/strict";

import { barriers, darken, picture } from "./support/looks.js";
import { arrive, scene, world } from "./support/world.js";

const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent.trim());

scene(
  "from the sign-in to a changed fact without a mouse",
  async (page) => {
    await arrive("add-contact", { name: "Dương Khánh Vân", phones: [{ type: "Mobile", value: "0987608001" }] });
    await page.goto("/sign-in");
    await page.keyboard.type(world.server.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(world.server.password);
    await page.keyboard.press("Enter");
    // The sign-in has a heading too: only the navigation says that one is in.
    await page.getByRole("navigation", { name: "Điều hướng chính" }).waitFor({ state: "attached" });
    await page.waitForLoadState();

    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Đến nội dung chính", "the first stop leads past the navigation");

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Bảng lệnh" }).waitFor();
    await page.keyboard.type("duong khanh van");
    await page.getByRole("option", { name: /Dương Khánh Vân/, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /Dương Khánh Vân/ }).waitFor();

    const edit = page.getByRole("link", { name: "Sửa Tên", exact: true });
    for (let stop = 0; stop < 80 && !(await edit.evaluate((link) => link === document.activeElement)); stop++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Tên", exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement.name === "value");
    await page.keyboard.press("End");
    await page.keyboard.type(" (VIP)");
    await page.keyboard.press("Enter");
    await page.getByText("Đã lưu.").waitFor();
    // The focus goes back to where it was, once the new text stands there.
    await edit.and(page.locator(":focus")).waitFor();
    await page.getByText("Dương Khánh Vân (VIP)").first().waitFor();
  },
  { signedIn: false },
);

scene("letters lead to every section", async (page) => {
  const sections = { k: "Khách hàng", m: "Đầu mối", c: "Cơ hội", p: "Phiếu hỗ trợ", y: "Công ty", v: "Hộp thư gọi vào", l: "Trùng lặp", o: "Hộp thư đi", d: "Cài đặt", t: "Tổng quan" };
  await page.goto("/");
  for (const [key, name] of Object.entries(sections)) {
    // One behind the other without waiting in between: the second key counts for a moment only.
    await Promise.all([page.keyboard.press("g"), page.keyboard.press(key)]);
    const current = page.getByRole("navigation", { name: "Điều hướng chính" }).locator("[aria-current=page]");
    await current.filter({ hasText: name }).waitFor();
    await page.waitForLoadState();
  }
});

scene("wherever the focus goes, it can be seen", async (page) => {
  for (const place of ["/customers", "/customers/1", "/leads", "/settings/webhook/listeners/1"]) {
    await page.goto(place);
    const unseen = [];
    for (let stop = 0; stop < 40; stop++) {
      await page.keyboard.press("Tab");
      const fault = await page.evaluate(() => {
        const part = document.activeElement;
        if (part === document.body) return null;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
        const box = part.getBoundingClientRect();
        const isSeen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        const isMarked = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
        return isSeen && isMarked ? null : part.outerHTML.slice(0, 160);
      });
      if (fault) unseen.push(fault);
    }
    assert.deepEqual(unseen, [], place);
  }
});

scene("what opens over a page has no barrier in either theme, and closes by Escape to where one was", async (page) => {
  await page.goto("/customers");
  const faults = [];
  const look = async (name) => {
    for (const isDark of [false, true]) {
      await darken(page, isDark);
      faults.push(...(await barriers(page)).map((line) => `${name}${isDark ? " in the dark" : ""}: ${line}`));
      await picture(page, `${name}-${isDark ? "dark" : "light"}`);
    }
    await darken(page, false);
  };
  await page.keyboard.press("Control+k");
  await page.keyboard.type("nguyen");
  await page.getByRole("option", { name: /Nguyễn/ }).first().waitFor();
  await look("palette");
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Bảng lệnh" }).waitFor({ state: "hidden" });

  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Phím tắt" }).waitFor();
  await look("keys");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Phím tắt" }).waitFor({ state: "hidden" });

  await page.locator("tbody").getByRole("link").first().click();
  await page.getByRole("complementary", { name: "Bảng bên" }).getByRole("heading", { level: 1 }).waitFor();
  await look("panel");
  await page.keyboard.press("Escape");

  for (const [menu, name] of [["Thêm mới", "menu-new"], ["Bộ lọc", "menu-filters"], ["Cột", "menu-columns"]]) {
    await page.locator("summary").filter({ hasText: menu }).first().click();
    await look(name);
    await page.keyboard.press("Escape");
    await page.locator("details[open]").waitFor({ state: "detached" });
  }
  assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.join("\n")}`);
});
