// Customers as an office worker meets them: finding somebody, the side panel, changing a fact in place, and a clash.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { PHONE, arrive, scene } from "./support/world.js";

/** Makes a customer through a listener; gives the name and the customer's own address. */
async function someone(name, phone) {
  const made = await arrive("add-contact", { name, phones: [{ type: "Mobile", value: phone }] });
  const [, number] = /[PLC]ID-(\d+)/.exec(JSON.stringify(made));
  return { name, place: `/customers/${number}` };
}

const table = (page) => page.getByRole("table", { name: "Danh sách khách hàng" });
const search = (page) => page.getByRole("main").getByRole("searchbox");

scene("a name is found without its accents, while one types", async (page) => {
  await someone("Đặng Thị Hồng Hạnh", "0987 601 001");
  await page.goto("/customers");
  await search(page).pressSequentially("dang thi hong hanh");
  await page.getByRole("status").filter({ hasText: /^1 khách hàng/ }).waitFor();
  await table(page).getByRole("link", { name: "Đặng Thị Hồng Hạnh" }).waitFor();
  // What is searched can be linked.
  await page.waitForURL(/[?&]q=dang/);
  await page.reload();
  await page.getByRole("status").filter({ hasText: /^1 khách hàng/ }).waitFor();
});

scene("the last four digits of a phone find who it is, and by which door they came", async (page) => {
  await someone("Vũ Minh Khôi", "+84 987 609 473");
  await page.goto("/");
  await page.keyboard.press("/");
  await page.keyboard.type("9473");
  await page.keyboard.press("Enter");
  await table(page).getByRole("link", { name: "Vũ Minh Khôi" }).click();
  const panel = page.getByRole("complementary", { name: "Bảng bên" });
  await panel.getByRole("heading", { name: /Vũ Minh Khôi/ }).waitFor();
  await panel.getByText("BeeIQ").first().waitFor();
});

scene("every spelling of a phone finds the same customer", async (page) => {
  await someone("Lý Thu Trang", "0987.602.345");
  for (const spelling of ["0987602345", "0987 602 345", "+84987602345", "84 987-602-345"]) {
    await page.goto(`/customers?q=${encodeURIComponent(spelling)}`);
    await table(page).getByRole("link", { name: "Lý Thu Trang" }).waitFor();
  }
});

scene("the side panel opens from the list, goes to the next by arrow, and closes where it was opened", async (page) => {
  await page.goto("/customers");
  const names = await table(page).locator("tbody").getByRole("link").allInnerTexts();
  const first = table(page).getByRole("link", { name: names[0] }).first();
  await first.click();
  const panel = page.getByRole("complementary", { name: "Bảng bên" });
  await panel.getByRole("heading", { level: 1 }).filter({ hasText: names[0] }).waitFor();
  assert.match(page.url(), /\/customers$/, "the list stays");
  await page.keyboard.press("ArrowDown");
  await panel.getByRole("heading", { level: 1 }).filter({ hasText: names[1] }).waitFor();
  await page.keyboard.press("ArrowUp");
  await panel.getByRole("heading", { level: 1 }).filter({ hasText: names[0] }).waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), names[0]);
  await first.click();
  await panel.getByRole("link", { name: "Mở trang đầy đủ" }).click();
  await page.waitForURL(/\/customers\/\d+$/);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: names[0] }).waitFor();
});

scene("a list goes on where it ended, by key", async (page) => {
  await page.goto("/customers");
  const rows = table(page).locator("tr[data-row]");
  const before = await rows.count();
  await page.getByRole("link", { name: "Xem thêm" }).click();
  await rows.nth(before).waitFor();
  const names = await table(page).locator("tr[data-row] a[data-panel]").evaluateAll((links) => links.map((link) => link.pathname));
  assert.equal(new Set(names).size, names.length, "nobody stands twice");
});

scene("the list that is shown is downloaded as a file", async (page) => {
  await someone("Ông Thị Tải", "0987 606 001");
  await page.goto("/customers?q=0987606001");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Tải CSV" }).click()]);
  assert.equal(await file.failure(), null);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  assert.equal(lines.length, 2);
  assert.match(lines[1], /Ông Thị Tải/);
});

scene("columns and filters stand in the address", async (page) => {
  await page.goto("/customers");
  await page.getByRole("combobox", { name: "Giai đoạn" }).selectOption("lead");
  await page.waitForURL(/stage=lead/);
  await page.locator("summary").filter({ hasText: "Cột" }).click();
  await page.getByRole("checkbox", { name: "Ngành nghề" }).check();
  await table(page).getByRole("columnheader", { name: "Ngành nghề" }).waitFor();
  await page.waitForURL(/column=industry/);
  await page.reload();
  await table(page).getByRole("columnheader", { name: "Ngành nghề" }).waitFor();
  assert.equal(await page.getByRole("combobox", { name: "Giai đoạn" }).inputValue(), "lead");
});

const editing = (page, fact) => ({
  open: () => page.getByRole("link", { name: `Sửa ${fact}`, exact: true }).click(),
  box: page.getByRole("textbox", { name: fact, exact: true }),
  save: () => page.getByRole("button", { name: "Lưu", exact: true }).click(),
});

scene("a fact is changed in place, and the timeline says so", async (page) => {
  const { place } = await someone("Bùi Gia Bảo", "0987 603 001");
  await page.goto(place);
  const name = editing(page, "Tên");
  await name.open();
  assert.equal(await name.box.inputValue(), "Bùi Gia Bảo");
  await name.box.fill("Bùi Gia Bảo Châu");
  await page.keyboard.press("Enter");
  await page.getByText("Đã lưu.").waitFor();
  await name.box.waitFor({ state: "detached" });
  // Nothing was loaded anew: heading and tab follow by themselves.
  await page.getByRole("heading", { level: 1, name: /Bùi Gia Bảo Châu/ }).waitFor();
  assert.match(await page.title(), /^Bùi Gia Bảo Châu ·/);
  const timeline = page.getByRole("region", { name: "Dòng thời gian" });
  await timeline.getByRole("insertion").filter({ hasText: "Bùi Gia Bảo Châu" }).waitFor();
});

scene("the list behind the side panel follows what is changed there", async (page) => {
  await someone("Dương Khắc Tiệp", "0987 603 007");
  await page.goto("/customers?q=0987603007&column=stage");
  await table(page).getByRole("link", { name: "Dương Khắc Tiệp" }).click();
  const panel = page.getByRole("complementary", { name: "Bảng bên" });
  const name = editing(panel, "Tên");
  await name.open();
  await name.box.fill("Dương Khắc Tiệp (mới)");
  await name.save();
  await panel.getByRole("heading", { level: 1, name: /\(mới\)/ }).waitFor();
  await panel.getByRole("region", { name: "Dòng thời gian" }).getByRole("insertion").filter({ hasText: "(mới)" }).waitFor();
  const row = table(page).locator("tr[data-row]");
  await row.getByRole("link", { name: "Dương Khắc Tiệp (mới)" }).waitFor();
  assert.match(await row.getAttribute("class"), /chosen/, "it is still the one that is looked at");
  assert.match(await page.title(), /^Khách hàng ·/, "the list is what is shown");
});

scene("on a phone the way back closes the panel and leaves the list as it is", async (page) => {
  const { name } = await someone("Giang Tú Uyên", "0987 603 008");
  await page.goto("/customers?order=oldest");
  await search(page).fill("0987603008");
  await page.waitForURL(/q=0987603008/);
  const address = page.url();
  const panel = page.getByRole("complementary", { name: "Bảng bên" });
  const back = () => page.goBack();
  const button = () => panel.getByRole("button", { name: "Đóng" }).click();
  for (const close of [back, button, back]) {
    await table(page).getByRole("link", { name }).click();
    await panel.getByRole("heading", { level: 1, name: /Giang Tú Uyên/ }).waitFor();
    await page.evaluate(() => (window.isTheSame = true));
    await close();
    await panel.waitFor({ state: "hidden" });
    assert.equal(page.url(), address);
    assert.equal(await page.evaluate(() => window.isTheSame), true, "the list was not loaded again");
  }
}, { viewport: PHONE });

scene("Escape leaves a fact as it is", async (page) => {
  const { place } = await someone("Hồ Ngọc Lan", "0987 603 002");
  await page.goto(place);
  const name = editing(page, "Tên");
  await name.open();
  await name.box.fill("Ai khác");
  await page.keyboard.press("Escape");
  await name.box.waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("heading", { level: 1, name: /Hồ Ngọc Lan/ }).waitFor();
});

scene("a clash is shown and overwrites nothing until one says so", async (page, { newPage, expectComplaint }) => {
  expectComplaint(/409/);
  const { place } = await someone("Ngô Đức Anh", "0987 603 003");
  const other = await newPage();
  const [mine, theirs] = [editing(page, "Tên"), editing(other, "Tên")];
  await Promise.all([page.goto(place), other.goto(place)]);
  await mine.open();
  await theirs.open();
  await theirs.box.fill("Ngô Đức Anh (Hà Nội)");
  await theirs.save();
  await other.getByText("Đã lưu.").waitFor();

  await mine.box.fill("Ngô Đức Anh (Huế)");
  await mine.save();
  const clash = page.getByRole("alert").filter({ hasText: "vừa đổi mục này" });
  await clash.getByText("Ngô Đức Anh (Hà Nội)").waitFor();
  assert.equal(await mine.box.inputValue(), "Ngô Đức Anh (Huế)", "what was typed is not lost");
  await other.reload();
  await other.getByRole("heading", { level: 1, name: /Hà Nội/ }).waitFor();

  await mine.save();
  await page.getByText("Đã lưu.").waitFor();
  await other.reload();
  await other.getByRole("heading", { level: 1, name: /Huế/ }).waitFor();
});

scene("each dialect's view shows the very JSON that it answers", async (page) => {
  const { place } = await someone("Tạ Bích Ngọc", "0987 603 004");
  await page.goto(place);
  for (const dialect of ["1Office", "OMICRM", "VBot", "CareSoft", "BeeIQ"]) {
    await page.getByRole("navigation", { name: "Nhìn qua" }).getByRole("link", { name: dialect }).click();
    await page.getByText(`Câu trả lời của ${dialect}`).waitFor();
    const shown = JSON.parse(await page.locator("pre").innerText());
    assert.match(JSON.stringify(shown), /Bích Ngọc/, dialect);
  }
});

scene("a new customer is made by the key C; a number that is known is said before a twin is made", async (page, { expectComplaint }) => {
  expectComplaint(/status of 4\d\d/);
  const { name, place } = await someone("Cao Thị Mỹ Duyên", "0987 603 005");
  await page.goto("/customers");
  await page.keyboard.press("c");
  await page.getByRole("heading", { name: "Khách hàng mới" }).waitFor();
  await page.getByLabel("Tên", { exact: true }).fill("Mỹ Duyên");
  await page.getByLabel("Điện thoại").fill("+84987603005");
  await page.getByRole("button", { name: "Thêm khách hàng" }).click();
  await page.getByRole("alert").getByRole("link", { name }).click();
  await page.waitForURL(`**${place}`);
  await page.goto("/customers/new");
  await page.getByLabel("Tên", { exact: true }).fill("Phan Tường Vy");
  await page.getByLabel("Điện thoại").fill("0987 603 006");
  await page.getByRole("button", { name: "Thêm khách hàng" }).click();
  await page.getByText("Đã thêm Phan Tường Vy.").waitFor();
  await page.getByRole("heading", { level: 1, name: /Phan Tường Vy/ }).waitFor();
});
