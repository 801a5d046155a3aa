// Without JavaScript: everything can be read, and forms are sent and say what became of them.
import assert from "node:assert/strict";

import { arrive, scene, signIn } from "./support/world.js";

const plain = { javaScriptEnabled: false };

scene(
  "one signs in, searches and reads",
  async (page) => {
    await signIn(page);
    for (const place of ["/", "/leads", "/leads?view=table", "/deals", "/tickets", "/companies", "/inbox", "/duplicates", "/outbox", "/settings"]) {
      const answer = await page.goto(place);
      assert.equal(answer.status(), 200, place);
      await page.getByRole("heading", { level: 1 }).waitFor();
    }
    const made = await arrive("add-contact", { name: "Kiều Oanh", phones: [{ type: "Mobile", value: "0987607001" }] });
    await page.goto("/customers");
    await page.getByRole("main").getByRole("searchbox").fill("7001");
    await page.keyboard.press("Enter");
    await page.getByRole("table").getByRole("link", { name: "Kiều Oanh" }).click();
    await page.getByRole("heading", { level: 1, name: /Kiều Oanh/ }).waitFor();
    assert.match(page.url(), /\/customers\/\d+$/);
    await page.getByRole("navigation", { name: "Nhìn qua" }).getByRole("link", { name: "BeeIQ" }).click();
    assert.match(await page.content(), /Kiều Oanh/, JSON.stringify(made));
  },
  { ...plain, signedIn: false },
);

scene(
  "a fact is changed, a note added, history looked into",
  async (page) => {
    await arrive("add-contact", { name: "Chu Văn Quân", phones: [{ type: "Mobile", value: "0987607002" }] });
    await page.goto("/customers?q=0987607002");
    await page.getByRole("table").getByRole("link", { name: "Chu Văn Quân" }).click();
    await page.getByRole("link", { name: "Sửa Tên", exact: true }).click();
    await page.getByLabel("Tên", { exact: true }).fill("Chu Văn An");
    await page.getByRole("button", { name: "Lưu", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: /Chu Văn An/ }).waitFor();
    await page.getByLabel("Ghi chú mới").fill("Gọi lại thứ Hai");
    await page.getByRole("button", { name: "Thêm ghi chú" }).click();
    await page.getByText("Đã thêm ghi chú.").waitFor();
    await page.getByRole("region", { name: "Ghi chú" }).getByText("Gọi lại thứ Hai").waitFor();

    await page.getByLabel("Mục nào").selectOption({ label: "Tên" });
    await page.getByRole("region", { name: "Dòng thời gian" }).getByRole("button", { name: "Lọc" }).click();
    await page.getByRole("heading", { level: 1, name: "Dòng thời gian" }).waitFor();
    await page.getByRole("insertion").filter({ hasText: "Chu Văn An" }).waitFor();
    assert.equal(await page.getByText("Thêm ghi chú").count(), 0, "the others are left out");
    assert.equal(await page.getByRole("button", { name: "Bảng lệnh" }).count(), 0, "what needs a script is not offered");
  },
  plain,
);

scene(
  "the settings' forms are sent",
  async (page) => {
    await page.goto("/settings/webhook");
    await page.getByRole("textbox", { name: "Tên" }).fill("Form không script");
    await page.getByRole("button", { name: "Thêm webhook listener" }).click();
    await page.getByText(/Đã thêm webhook listener/).waitFor();
    await page.getByText(/\/webhook\/listener\//).first().waitFor();
    await page.getByLabel("Thẻ mặc định").fill("Không script");
    await page.getByRole("button", { name: "Lưu", exact: true }).click();
    await page.getByText("Đã lưu.").waitFor();
    assert.equal(await page.getByLabel("Thẻ mặc định").inputValue(), "Không script");

    await page.goto("/settings/tokens");
    await page.locator("summary").filter({ hasText: "Tạo token" }).click();
    await page.getByLabel("Dùng để làm gì").fill("Tổng đài thử");
    await page.getByRole("button", { name: "Tạo token" }).click();
    await page.getByText(/Token này chỉ hiện một lần/).waitFor();

    await page.goto("/settings/catalogs/tag");
    await page.locator("summary").filter({ hasText: "Thêm mục" }).click();
    await page.getByLabel("Tên").first().fill("Thẻ không script");
    await page.getByRole("button", { name: "Thêm", exact: true }).click();
    await page.getByText("Đã thêm Thẻ không script.").waitFor();
    await page.getByRole("main").getByText("Thẻ không script").first().waitFor();

    await page.goto("/settings/org");
    await page.getByLabel("Múi giờ").fill("Asia/Bangkok");
    await page.getByRole("button", { name: "Lưu", exact: true }).first().click();
    await page.getByText("Đã lưu.").waitFor();
    assert.equal(await page.getByLabel("Múi giờ").inputValue(), "Asia/Bangkok");
  },
  plain,
);
