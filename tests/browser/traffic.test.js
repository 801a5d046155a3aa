// What comes in: a listener is added and used, the call appears by itself, is tried without writing, and is played again.
import assert from "node:assert/strict";

import { arrive, call, scene, world } from "./support/world.js";

/** Adds a webhook listener as the document walks through it; gives the path that was made for it. */
async function addListener(page, name) {
  await page.goto("/");
  await page.getByRole("navigation", { name: "Điều hướng chính" }).getByRole("link", { name: "Cài đặt" }).click();
  await page.getByRole("main").getByRole("link", { name: "Webhook" }).first().click();
  await page.getByRole("textbox", { name: "Tên" }).fill(name);
  await page.getByRole("button", { name: "Thêm webhook listener" }).click();
  const address = await page.getByRole("region", { name: "Địa chỉ" }).getByText(/\/webhook\/listener\//).first().innerText();
  return new URL(address.trim()).pathname;
}

scene("a listener is added, and what is posted to it appears live in the inbox", async (page, { newPage }) => {
  const listener = await addListener(page, "Form trang chủ");
  const inbox = await newPage();
  await inbox.goto("/inbox");
  await inbox.getByText("Tự cập nhật").waitFor();
  const calls = inbox.getByRole("list", { name: "Hộp thư gọi vào" }).locator("[data-row]");
  const [before] = await calls.getByRole("link").evaluateAll((links) => links.map((link) => link.pathname));
  await arrive("add-contact", { name: "Mai Quỳnh Như", phones: [{ type: "Mobile", value: "01234567890" }] }, listener);

  // Nobody touches the page: the newest row becomes another one.
  await inbox.waitForFunction((before) => {
    const newest = document.querySelector(".call a.route");
    return newest && newest.pathname !== before;
  }, before);
  const newest = calls.first();
  await newest.getByText("BeeIQ").waitFor();
  await newest.getByText("Thành công").waitFor();
  await newest.getByRole("link").click();
  const panel = inbox.getByRole("complementary", { name: "Bảng bên" });
  await panel.getByRole("region", { name: "Đã quyết định" }).getByRole("listitem").first().waitFor();
  assert.match(await panel.getByLabel("Yêu cầu", { exact: true }).last().innerText(), /Mai Quỳnh Như/);
  await panel.getByRole("region", { name: "Đã quyết định" }).getByRole("link", { name: /^#\d+$/ }).click();
  await inbox.getByRole("heading", { level: 1, name: /Mai Quỳnh Như/ }).waitFor();
});

scene("an old address works beside the new one until it ends", async (page) => {
  const old = await addListener(page, "Form tuyển đại lý");
  await page.getByRole("button", { name: "Đổi địa chỉ" }).click();
  await page.getByText("Địa chỉ cũ, còn dùng được đến").waitFor();
  const places = await page.getByRole("region", { name: "Địa chỉ" }).locator("code").allInnerTexts();
  const paths = places.filter((text) => /^http\S+\/webhook\/listener\/\S+$/.test(text.trim())).map((text) => new URL(text.trim()).pathname);
  assert.ok(paths.includes(old) && paths.some((path) => path !== old), paths.join(" "));
  for (const path of paths) await arrive("add-contact", { name: "Đại lý Hoa Sen", phones: [{ type: "Mobile", value: "0987605002" }] }, path);
});

/** Sends a call that is refused because nobody knows its sender. */
async function refused(name, phone) {
  const answer = await call(world.server.listener, {
    senderUser: "nguoi.la@example.com",
    data: [{ actionType: "add-contact", data: { name, phones: [{ type: "Mobile", value: phone }] } }],
  });
  assert.equal(answer.status, 400);
}

const found = async (page, phone) => {
  await page.goto(`/customers?q=${phone}`);
  return (await page.getByRole("status").filter({ hasText: "khách hàng" }).innerText()).split(" ")[0];
};

scene("a refused call is filtered, tried without writing, and played again once it can succeed", async (page) => {
  await refused("Thái Bảo Long", "0987605003");
  await page.goto("/inbox");
  await page.getByLabel("Chỉ lần gọi lỗi").check();
  await page.getByRole("button", { name: "Lọc" }).click();
  await page.waitForURL(/failed=1/);
  const newest = page.getByRole("list", { name: "Hộp thư gọi vào" }).locator("[data-row]").first();
  await newest.getByText("Bị từ chối").waitFor();
  const place = await newest.getByRole("link").getAttribute("href");

  await page.goto("/settings/connections");
  const form = page.locator("form").filter({ has: page.getByRole("group", { name: "Người gửi không có trong tổ chức" }) });
  await form.getByLabel("Nhận, ghi dưới tên người của listener").check();
  await form.getByRole("button", { name: "Lưu" }).click();
  await page.getByText("Đã lưu.").waitFor();

  await page.goto(place);
  await page.getByRole("button", { name: "Chạy thử, không ghi gì" }).click();
  await page.getByText("Chạy thử: chưa có gì được ghi.").waitFor();
  await page.getByRole("region", { name: "Sẽ thay đổi" }).getByText("Thái Bảo Long").first().waitFor();
  assert.equal(await found(page, "0987605003"), "0", "nothing was written");

  await page.goto(place);
  await page.getByRole("button", { name: "Phát lại", exact: true }).click();
  await page.getByText(/Đã phát lại, câu trả lời 200/).waitFor();
  assert.equal(await found(page, "0987605003"), "1");
});
