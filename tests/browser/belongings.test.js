// What hangs on a customer: files, contact persons, a place in the funnel, with whom it is shared; and what was set is told.
import assert from "node:assert/strict";

import { arrive, scene } from "./support/world.js";

/** Makes a customer and opens its page. */
async function open(page, name, phone, more = {}) {
  await arrive("add-contact", { name, phones: [{ type: "Mobile", value: phone }], ...more });
  await page.goto(`/customers?q=${phone}`);
  const href = await page.getByRole("table").getByRole("link", { name }).getAttribute("href");
  await page.goto(href);
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

scene("a file is attached, downloaded and removed", async (page) => {
  await open(page, "Nghiêm Xuân Tú", "0987609001");
  const files = page.getByRole("region", { name: "Tệp đính kèm" });
  await files.getByLabel("Chọn tệp đính kèm").setInputFiles({ name: "báo giá.txt", mimeType: "text/plain", buffer: Buffer.from("40 ghế") });
  await files.getByRole("button", { name: "Tải lên" }).click();
  await page.getByText("Đã đính kèm báo giá.txt.").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), files.getByRole("link", { name: "báo giá.txt" }).click()]);
  assert.equal(download.suggestedFilename(), "báo giá.txt");
  await page.getByRole("region", { name: "Dòng thời gian" }).getByText("Đính kèm tệp báo giá.txt").waitFor();
  await files.getByLabel("Gỡ báo giá.txt").click();
  await files.getByRole("button", { name: "Bỏ" }).click();
  await page.getByText("Đã gỡ báo giá.txt.").waitFor();
  assert.equal(await files.getByRole("link").count(), 0);
});

scene("a company's contact persons are added, corrected and removed", async (page) => {
  await open(page, "Công ty Tre Việt", "0987609002", { type: 1 });
  const persons = page.getByRole("region", { name: "Người liên hệ" });
  const form = persons.locator("details[open] form");
  const unfold = (text) => persons.locator("summary").filter({ hasText: text }).click();
  await unfold("Thêm người liên hệ");
  await form.getByLabel("Tên").fill("Hoàng Lan Chi");
  await form.getByLabel("Điện thoại").fill("0987 609 012");
  await form.getByRole("button", { name: "Thêm", exact: true }).click();
  await page.getByText("Đã thêm Hoàng Lan Chi.").waitFor();
  await unfold("Sửa Hoàng Lan Chi");
  await form.getByLabel("Chức danh").fill("Kế toán trưởng");
  await form.getByRole("button", { name: "Lưu", exact: true }).click();
  await persons.getByText("Kế toán trưởng", { exact: true }).waitFor();
  await unfold("Sửa Hoàng Lan Chi");
  await form.getByRole("button", { name: "Bỏ", exact: true }).click();
  await page.getByText("Đã bỏ người liên hệ.").waitFor();
  assert.equal(await persons.getByRole("listitem").count(), 0);
});

scene("a place in the funnel and with whom it is shared are edited in place", async (page) => {
  await open(page, "Đinh Công Thành", "0987609003");
  await page.locator("summary").filter({ hasText: "Thêm mục còn trống" }).nth(2).click();
  await page.getByRole("link", { name: "Sửa Hành trình khách hàng" }).click();
  await page.getByRole("combobox", { name: "Hành trình khách hàng" }).selectOption({ label: "Quan tâm › Đã báo giá" });
  await page.getByRole("button", { name: "Lưu", exact: true }).click();
  await page.locator(".fact").getByText("Quan tâm › Đã báo giá").waitFor();
  await page.getByRole("link", { name: "Sửa Chia sẻ" }).click();
  await page.getByRole("combobox", { name: "Chia sẻ" }).selectOption("users");
  await page.getByLabel("Lê Ngọc Mai").check();
  await page.getByRole("button", { name: "Lưu", exact: true }).click();
  await page.locator(".fact").getByText("Người tạo và vài người: Lê Ngọc Mai").waitFor();
});

scene("what was set is told, by whom", async (page) => {
  await page.goto("/settings/teams");
  await page.getByLabel("Tên nhóm").first().fill("Bảo hành");
  await page.getByRole("button", { name: "Thêm", exact: true }).click();
  await page.getByText("Đã thêm nhóm Bảo hành.").waitFor();
  await page.goto("/settings/history");
  await page.getByText("Thêm nhóm Bảo hành").waitFor();
});

scene("the first page counts what waits, and each number leads to its list", async (page) => {
  await page.goto("/");
  for (const name of ["Khách hàng mới", "Đầu mối mới", "Phiếu đang mở", "Cuộc gọi lỗi", "Tin chờ gửi"]) {
    const figure = page.getByRole("main").getByRole("link", { name: new RegExp(`^${name}`) }).first();
    const counted = async () => Number(await figure.locator("strong").innerText());
    const other = await page.context().newPage();
    let [count, listed, after] = [];
    do {
      count = await counted();
      assert.notEqual(count, 0, name);
      await other.goto(await figure.getAttribute("href"));
      await other.locator("[data-row]").first().waitFor();
      listed = await other.locator("[data-row]").count();
      // The server may have given up an old message between the two looks.
      await page.reload();
      after = await counted();
    } while (after !== count);
    assert.equal(listed, count, name);
    await other.close();
  }
});

scene("refusals are told in English to whoever reads English", async (page, { expectComplaint }) => {
  expectComplaint(/404/);
  await page.goto("/customers");
  await page.getByLabel(/^Tài khoản/).click();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Customers", level: 1 }).waitFor();
  await page.goto("/customers/999999");
  await page.getByText("There is no such customer").waitFor();
});
