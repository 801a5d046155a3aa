// Two records of one person: side by side, merged field by field, found by the old number, and parted again.
import assert from "node:assert/strict";

import { arrive, scene } from "./support/world.js";

async function someone(name, phone, more = {}) {
  const made = await arrive("add-contact", { name, phones: [{ type: "Mobile", value: phone }], ...more });
  return Number(/[PLC]ID-(\d+)/.exec(JSON.stringify(made))[1]);
}

scene("two are merged, the old number leads to the one that stays, and undo restores both", async (page) => {
  const stays = await someone("Hà Anh Tuấn", "0987606001");
  const goes = await someone("Hà Tuấn Anh", "0987606002", { emails: [{ type: "Work", value: "tuananh@example.com" }] });
  await page.goto("/duplicates");
  await page.getByLabel("Số khách hàng ở lại").fill(String(stays));
  await page.getByLabel("Số khách hàng gộp vào").fill(String(goes));
  await page.getByRole("button", { name: "So sánh" }).click();
  await page.getByRole("region", { name: "Ở lại" }).getByText("Hà Anh Tuấn").first().waitFor();
  await page.getByRole("region", { name: "Được gộp vào" }).getByText("Hà Tuấn Anh").first().waitFor();
  await page.getByRole("group", { name: "Tên", exact: true }).getByLabel("Hà Tuấn Anh").check();
  await page.getByRole("button", { name: "Gộp", exact: true }).click();
  await page.getByText(`Đã gộp khách hàng ${goes} vào ${stays}.`).waitFor();

  // Everything of both is on the one, and the other's number leads there.
  await page.goto(`/customers/${goes}`);
  await page.getByRole("heading", { level: 1, name: /Hà Tuấn Anh/ }).waitFor();
  for (const known of ["0987606001", "0987606002", "tuananh@example.com"]) {
    await page.getByRole("main").getByRole("link", { name: known }).first().waitFor();
  }
  await page.goto("/customers?q=ha tuan anh");
  assert.equal(await page.getByRole("table").locator("tr[data-row]").count(), 1);

  await page.goto("/duplicates/merges");
  await page.getByRole("listitem").filter({ hasText: `#${goes}` }).getByRole("button", { name: "Hoàn tác" }).click();
  await page.getByText(`Đã tách khách hàng ${goes} khỏi ${stays}.`).waitFor();
  await page.goto(`/customers/${stays}`);
  await page.getByRole("heading", { level: 1, name: /Hà Anh Tuấn/ }).waitFor();
  assert.equal(await page.getByRole("main").getByRole("link", { name: "0987606002" }).count(), 0);
  await page.goto(`/customers/${goes}`);
  await page.getByRole("heading", { level: 1, name: /Hà Tuấn Anh/ }).waitFor();
  await page.getByRole("link", { name: "tuananh@example.com" }).first().waitFor();
});

scene("a pair in the queue is compared, or said to be two people and gone", async (page) => {
  await page.goto("/duplicates");
  const pairs = page.getByRole("main").getByRole("link", { name: "So sánh" });
  const before = await pairs.count();
  assert.ok(before > 0, "the example has doubtful pairs");
  await pairs.first().click();
  await page.getByRole("heading", { name: "Chọn từng thông tin" }).waitFor();
  await page.goto("/duplicates");
  await page.getByRole("button", { name: "Không trùng" }).first().click();
  await page.getByText("Đã ghi nhận là hai khách hàng khác nhau.").waitFor();
  await page.goto("/duplicates");
  assert.equal(await pairs.count(), before - 1);
});
