// In and out: the form, a wrong password, where one wanted to go, language and theme, and signing out everywhere.
import assert from "node:assert/strict";

import { scene, signIn, world } from "./support/world.js";

const anonymous = { signedIn: false };

scene(
  "a wrong password is refused, the right one leads to where one wanted to go",
  async (page, { expectComplaint }) => {
    expectComplaint(/status of 4\d\d/);
    await page.goto("/customers?stage=lead");
    await page.getByLabel("E-mail").fill(world.server.email);
    await page.getByLabel("Mật khẩu").fill("không-phải-mật-khẩu");
    await page.getByRole("button", { name: "Đăng nhập" }).click();
    await page.getByRole("alert").filter({ hasText: "E-mail hoặc mật khẩu không đúng." }).waitFor();
    assert.equal(await page.getByLabel("E-mail").inputValue(), world.server.email, "the e-mail need not be typed again");
    await page.getByLabel("Mật khẩu").fill(world.server.password);
    await page.getByRole("button", { name: "Đăng nhập" }).click();
    await page.waitForURL("**/customers?stage=lead");
    await page.getByRole("heading", { name: "Khách hàng", level: 1 }).waitFor();
  },
  anonymous,
);

scene(
  "nothing is shown to strangers, and the cookie is nothing that a script could read",
  async (page) => {
    for (const place of ["/", "/customers", "/customers/1", "/leads", "/inbox", "/settings"]) {
      await page.goto(place);
      await page.getByRole("heading", { name: "Đăng nhập" }).waitFor();
    }
    await signIn(page);
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name.endsWith("daumoi"));
    assert.deepEqual([cookie.name, cookie.httpOnly, cookie.secure, cookie.sameSite], ["__Host-daumoi", true, true, "Lax"]);
    assert.equal(await page.evaluate(() => document.cookie), "");
  },
  anonymous,
);

scene(
  "signing out ends the session, everywhere if one says so",
  async (page, { newPage }) => {
    await signIn(page);
    const elsewhere = await newPage(anonymous);
    await signIn(elsewhere);
    await page.getByLabel(/^Tài khoản/).click();
    await page.getByRole("button", { name: "Đăng xuất" }).click();
    await page.getByRole("heading", { name: "Đăng nhập" }).waitFor();
    await page.goto("/customers");
    await page.getByRole("heading", { name: "Đăng nhập" }).waitFor();

    // The other session lives on until everything is ended.
    await elsewhere.goto("/account");
    await signIn(page);
    await page.goto("/account");
    await page.getByRole("button", { name: "Đăng xuất mọi nơi" }).click();
    await page.getByText("Bạn đã đăng xuất ở mọi nơi.").waitFor();
    await elsewhere.goto("/account");
    await elsewhere.getByRole("heading", { name: "Đăng nhập" }).waitFor();
    // The scenes after this one want to be signed in again.
    await signIn(page);
    world.signedIn = await page.context().storageState();
  },
  anonymous,
);

scene("another password counts at once, and the old one no longer", async (page, { newPage, expectComplaint }) => {
  expectComplaint(/status of 4\d\d/);
  const { email, password } = world.server;
  await page.goto("/account");
  const change = async (old, fresh, again) => {
    await page.getByLabel("Mật khẩu hiện tại").fill(old);
    await page.getByLabel("Mật khẩu mới", { exact: true }).fill(fresh);
    await page.getByLabel("Nhập lại mật khẩu mới").fill(again);
    await page.getByRole("button", { name: "Đổi mật khẩu" }).click();
  };
  await change(password, "mat-khau-moi-1", "mat-khau-moi-2");
  await page.getByText("Hai lần nhập mật khẩu mới không giống nhau.").waitFor();
  await change(password, "mat-khau-moi-1", "mat-khau-moi-1");
  await page.getByText("Đã đổi mật khẩu.").waitFor();
  const other = await newPage(anonymous);
  await signIn(other, { email, password: "mat-khau-moi-1" });
  await change("mat-khau-moi-1", password, password);
  await page.getByText("Đã đổi mật khẩu.").last().waitFor();
  world.signedIn = await page.context().storageState();
});

scene("the language is switched on every page, and remembered", async (page) => {
  await page.goto("/customers");
  assert.equal(await page.locator("html").getAttribute("lang"), "vi");
  await page.getByLabel(/^Tài khoản/).click();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Customers", level: 1 }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out everywhere" }).waitFor();
  await page.getByLabel(/^Account/).click();
  await page.getByRole("button", { name: "Tiếng Việt" }).click();
  await page.getByRole("heading", { name: "Tài khoản", level: 1 }).waitFor();
});

scene("the theme is switched, remembered, and otherwise the machine's", async (page) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const choose = async (name) => {
    await page.getByLabel(/^Tài khoản/).click();
    await page.getByRole("button", { name }).click();
    await page.locator(`html[data-theme=${{ Sáng: "light", Tối: "dark", "Theo máy": "system" }[name]}]`).waitFor();
    // Colours come with the style sheet, which may be later than the page.
    await page.waitForLoadState();
  };
  await page.goto("/");
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await ground();
  assert.notEqual(dark, light, "the machine is dark");
  await choose("Sáng");
  assert.equal(await ground(), light);
  await choose("Tối");
  await page.emulateMedia({ colorScheme: "light" });
  assert.equal(await ground(), dark);
  await page.goto("/customers");
  assert.equal(await ground(), dark);
  await choose("Theo máy");
  assert.equal(await ground(), light);
});
