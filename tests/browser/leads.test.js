// Leads: moved by pointer, by key and by menu, a clash on the board, and how they end.
import assert from "node:assert/strict";

import { PHONE, call, scene, until, world } from "./support/world.js";

/** A new lead, made as a switchboard makes it; gives its subject. */
async function enquiry(subject, phone) {
  const { status, body } = await call(
    "/demo/api/v1/lead",
    { lead: { username: `Khách ${subject}`, phone, subject, service_id: 1, comment: "Gọi lại sau 17 giờ" } },
    { authorization: `Bearer ${world.server.token}` },
  );
  assert.equal(status, 200, JSON.stringify(body));
  return subject;
}

/** The lanes of the board by name, without those that ask something first, and the place of the one that a card is in. */
async function lanes(page, subject) {
  const all = page.locator("section.lane");
  const names = await all.getByRole("heading", { level: 2 }).allInnerTexts();
  const asks = await all.evaluateAll((lanes) => lanes.map((lane) => lane.dataset.asks !== undefined));
  const tiles = await all.evaluateAll((lanes) => lanes.map((lane) => lane.innerText));
  const at = tiles.findIndex((text) => text.includes(subject));
  assert.notEqual(at, -1, `no card ${subject}`);
  return { names, at, free: names.map((_, place) => place).filter((place) => !asks[place]) };
}

const lane = (page, name) => page.getByRole("region", { name, exact: true });

async function isIn(page, name, subject) {
  await lane(page, name).getByRole("link", { name: subject, exact: true }).waitFor();
}

scene("a card is dragged to another lane, which stays so", async (page) => {
  const subject = await enquiry("Bàn họp kéo bằng chuột", "0987604001");
  await page.goto("/leads");
  const { names, at, free } = await lanes(page, subject);
  const to = names[free.find((place) => place !== at)];
  await page.locator("[data-tile]").filter({ hasText: subject }).dragTo(lane(page, to).getByRole("heading"));
  await page.getByRole("status").filter({ hasText: `Đã chuyển sang ${to}` }).waitFor({ state: "attached" });
  await isIn(page, to, subject);
  await page.reload();
  await isIn(page, to, subject);
});

scene("a card is moved with Shift and an arrow, and keeps the focus", async (page) => {
  const subject = await enquiry("Ghế xoay chuyển bằng phím", "0987604002");
  await page.goto("/leads");
  const { names, at, free } = await lanes(page, subject);
  const isRight = free.includes(at + 1);
  const to = names[isRight ? at + 1 : at - 1];
  await page.getByRole("link", { name: subject, exact: true }).focus();
  await page.keyboard.press(isRight ? "Shift+ArrowRight" : "Shift+ArrowLeft");
  await page.getByRole("status").filter({ hasText: `Đã chuyển sang ${to}` }).waitFor({ state: "attached" });
  await isIn(page, to, subject);
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), subject);
  await page.reload();
  await isIn(page, to, subject);
});

scene("a card's own menu moves it too", async (page) => {
  const subject = await enquiry("Tủ hồ sơ chọn từ danh mục", "0987604003");
  await page.goto("/leads");
  const { names, at, free } = await lanes(page, subject);
  const to = names[free.find((place) => place !== at)];
  const card = page.locator("[data-tile]").filter({ hasText: subject });
  await card.getByLabel(`Chuyển trạng thái: ${subject}`).click();
  await card.getByRole("button", { name: to, exact: true }).click();
  // The card is in its lane before the server has answered, and who leaves then takes the question back.
  await page.getByRole("status").filter({ hasText: `Đã chuyển sang ${to}` }).waitFor({ state: "attached" });
  await isIn(page, to, subject);
  await page.reload();
  await isIn(page, to, subject);
});

scene("where somebody else was faster, the card goes where it really is", async (page, { newPage, expectComplaint }) => {
  expectComplaint(/409/);
  const subject = await enquiry("Đèn bàn hai người kéo", "0987604004");
  const other = await newPage();
  await Promise.all([page.goto("/leads"), other.goto("/leads")]);
  const { names, at, free } = await lanes(page, subject);
  const [theirs, mine] = free.filter((place) => place !== at).map((place) => names[place]);
  const choose = async (window, to) => {
    const card = window.locator("[data-tile]").filter({ hasText: subject });
    await card.getByLabel(`Chuyển trạng thái: ${subject}`).click();
    await card.getByRole("button", { name: to, exact: true }).click();
  };
  await choose(other, theirs);
  await other.getByRole("status").filter({ hasText: `Đã chuyển sang ${theirs}` }).waitFor({ state: "attached" });
  await choose(page, mine ?? names[at]);
  await lane(page, theirs).getByRole("alert").filter({ hasText: "vừa thay đổi" }).waitFor();
  await page.reload();
  await isIn(page, theirs, subject);
});

scene("a lead becomes a deal, and says so", async (page) => {
  const subject = await enquiry("Nội thất phòng giám đốc", "0987604005");
  await page.goto("/leads?view=table");
  await page.getByRole("link", { name: subject, exact: true }).click();
  const panel = page.getByRole("complementary", { name: "Bảng bên" });
  await panel.getByRole("link", { name: "Mở trang đầy đủ" }).click();
  await page.waitForURL(/\/leads\/\d+$/);
  const place = page.url();
  await page.getByRole("heading", { name: "Chuyển thành cơ hội" }).click();
  await page.getByLabel("Tên cơ hội").fill("Phòng giám đốc, trọn gói");
  await page.getByLabel("Giá trị").fill("125.000.000");
  await page.getByRole("button", { name: "Tạo cơ hội" }).click();
  await page.getByText(/Đã tạo cơ hội/).waitFor();
  await page.goto("/deals?view=table");
  await page.getByRole("link", { name: "Phòng giám đốc, trọn gói" }).waitFor();
  await page.goto(place);
  await page.getByText("Đã thành cơ hội").first().waitFor();
});

scene("a lead that leads nowhere ends with a reason", async (page) => {
  const subject = await enquiry("Hỏi nhầm số", "0987604006");
  await page.goto("/leads?view=table");
  await page.getByRole("link", { name: subject, exact: true }).click();
  const panel = page.getByRole("complementary", { name: "Bảng bên" });
  await panel.getByRole("heading", { name: "Không theo đuổi nữa" }).click();
  const reason = panel.getByLabel("Lý do không đạt");
  const [, first] = await reason.getByRole("option").evaluateAll((options) => options.map((option) => option.value));
  await reason.selectOption(first);
  await panel.getByRole("button", { name: "Đánh dấu không đạt" }).click();
  await panel.getByText("Không đạt").first().waitFor();
});

scene("a comment stands on the lead, shown to the customer only if one says so", async (page) => {
  const subject = await enquiry("Sofa góc", "0987604007");
  await page.goto("/leads?view=table");
  await page.getByRole("link", { name: subject, exact: true }).click();
  const panel = page.getByRole("complementary", { name: "Bảng bên" });
  // Somebody pulls the box larger: the policy has nothing against that either.
  await panel.getByLabel("Viết bình luận").evaluate((area) => (area.style.height = "12rem"));
  await panel.getByLabel("Viết bình luận").fill("Khách muốn màu xám");
  await panel.getByRole("button", { name: "Gửi bình luận" }).click();
  const comments = panel.getByRole("region", { name: "Bình luận" });
  await comments.getByRole("listitem").filter({ hasText: "Khách muốn màu xám" }).getByText("Nội bộ").waitFor();
});

scene("who saves what somebody else has changed is told so where they look, and the row behind follows", async (page, { newPage, expectComplaint }) => {
  expectComplaint(/409/);
  const subject = await enquiry("Kệ sách hai người sửa", "0987604008");
  const other = await newPage({ viewport: PHONE });
  const edit = async (window) => {
    await window.goto("/leads?view=table");
    await window.getByRole("link", { name: subject, exact: true }).click();
    const panel = window.getByRole("complementary", { name: "Bảng bên" });
    await panel.getByText("Sửa", { exact: true }).click();
    return panel;
  };
  const [mine, theirs] = [await edit(page), await edit(other)];
  await mine.getByLabel("Công ty").fill("Công ty Một");
  await mine.getByRole("button", { name: "Lưu", exact: true }).click();
  await mine.getByText("Công ty Một").first().waitFor();
  await theirs.getByLabel("Công ty").fill("Công ty Hai");
  await theirs.getByRole("button", { name: "Lưu", exact: true }).click();
  const refusal = theirs.getByRole("alert");
  await refusal.waitFor();
  await until(() => refusal.evaluate((line) => line === document.activeElement));
  const { y, height } = await refusal.boundingBox();
  const bar = await theirs.locator(".panel-bar").boundingBox();
  assert.ok(y >= bar.y + bar.height && y + height <= other.viewportSize().height, `out of sight at ${y}`);
  assert.equal(await theirs.getByLabel("Công ty").inputValue(), "Công ty Hai");
  // A step in the panel is seen in the table at once.
  const row = page.getByRole("row").filter({ hasText: subject });
  const step = mine.locator("button.step").first();
  const to = (await step.innerText()).trim();
  await step.click();
  await row.getByText(to, { exact: true }).waitFor();
});

scene("what the lanes of deals come to follows a card", async (page) => {
  await page.goto("/deals");
  const sums = () => page.locator(".lane-sums").allInnerTexts();
  const before = await sums();
  const tile = page.locator("[data-tile]").filter({ has: page.locator(".sum") }).first();
  const title = await tile.locator(".tile-title").innerText();
  await tile.locator("summary").click();
  const button = tile.locator("button.menu-item").first();
  const to = (await button.innerText()).trim();
  await button.click();
  await page.getByRole("status").filter({ hasText: `Đã chuyển sang ${to}` }).waitFor({ state: "attached" });
  await isIn(page, to, title);
  const after = await sums();
  assert.notDeepEqual(after, before);
  await page.reload();
  assert.deepEqual(await sums(), after);
});
