// Names that are programs: sent in through every door and form, they are text on every page and run nowhere.
import assert from "node:assert/strict";

import { crawl } from "./support/crawl.js";
import { onPhone, overflow } from "./support/looks.js";
import { arrive, call, scene, world } from "./support/world.js";

const PROGRAM = `<script>hit()</script><img src=x onerror=hit()>"'><svg/onload=hit()>{{7*7}}`;
/** Writes from right to left over what follows it. */
const TURNED = "\u202eنام \u2067abc";
const LONG = "Dài".repeat(83);
const BLANK = " \u00a0\u200b ";

/** Sends a name in through every door; gives the numbers of those that were made. */
async function throughEveryDoor(name, digits) {
  const { token, vbot } = world.server;
  const bearer = { authorization: `Bearer ${token}` };
  const phone = (door) => `09876${door}${digits}`;
  const form = new URLSearchParams({
    code: `X-${digits}`,
    type: "Cá nhân",
    name,
    phones: phone(1),
    fountain_head_id: "Website",
    trade_ids: "Bán lẻ",
    desc: `<p onclick="hit()">${name}</p><a href="javascript:hit()">x</a>`,
  });
  await call(`/api/customer/contact/insert?access_token=${token}`, form);
  const omicrm = { refId: `R-${digits}`, fullName: name, tags: [name], note: name, phones: [{ data: phone(2), type: "personal", valueType: name }] };
  await call("/api/v2/contact/add", omicrm, bearer);
  const status = { status_no: `S${digits}`, status_name: name };
  await call("/api/crm/status/create", { ...vbot, ...status }, bearer);
  const lead = { username: name, phone: phone(3), subject: name, service_id: 1, comment: name };
  await call("/demo/api/v1/lead", { lead }, bearer);
  await call("/demo/api/v1/tickets", { ticket: { ticket_subject: name, ticket_comment: name, phone: phone(3) } }, bearer);
  const at = [{ type: "Mobile", value: phone(4) }];
  await arrive("add-contact", { name, phones: at, note: name, address: name, title: name }).catch(() => {});
  await arrive("add-account", { name: `${name} 2`, phones: [{ type: name, value: phone(5) }] }).catch(() => {});
  await arrive("add-lead", { name, phones: [{ type: "Mobile", value: phone(6) }], company: name }).catch(() => {});
  await arrive("add-deal", { name, phone: phone(4), phones: at, value: "1000" }).catch(() => {});
  await arrive("add-ticket", { title: name, name, description: name, phones: at }).catch(() => {});
}

scene("nothing of it runs on any page, and no page breaks or grows wider than a phone", async (page) => {
  await page.context().addInitScript(() => {
    globalThis.hit = () => (document.documentElement.dataset.hit = "1");
  });
  let digits = 1001;
  for (const name of [PROGRAM, TURNED, LONG, BLANK]) await throughEveryDoor(name, digits++);

  // The forms of our own pages.
  await page.goto("/settings/teams");
  await page.getByLabel("Tên nhóm").first().fill(PROGRAM);
  await page.getByRole("button", { name: "Thêm" }).first().click();
  await page.getByText("Đã thêm nhóm").waitFor();
  await page.goto("/settings/webhook");
  await page.getByRole("textbox", { name: "Tên" }).fill(PROGRAM);
  await page.getByRole("button", { name: "Thêm webhook listener" }).click();
  await page.getByRole("button", { name: "Đổi địa chỉ" }).waitFor();

  await page.goto(`/customers?q=${encodeURIComponent("0987641001")}`);
  const link = page.locator("tbody").getByRole("link").first();
  assert.equal((await link.innerText()).trim(), PROGRAM, "the name is shown as what it is");
  const begin = ["/customers"];
  for (const digits of [1001, 1002, 1003, 1004]) {
    for (const door of [1, 2, 3, 4, 5, 6]) {
      await page.goto(`/customers?q=09876${door}${digits}`);
      const [found] = await page.locator("tbody").getByRole("link").evaluateAll((links) => links.map((link) => link.pathname));
      if (found) begin.push(found);
    }
  }
  assert.ok(begin.length > 12, `most doors took the names: ${begin.length}`);
  begin.push(`/customers?q=${encodeURIComponent(PROGRAM)}`, `/leads?q=${encodeURIComponent(PROGRAM)}`, `/sign-in?next=${encodeURIComponent(PROGRAM)}`);
  begin.push("/customers", "/leads", "/leads?view=table", "/deals", "/tickets", "/companies", "/inbox", "/duplicates", "/outbox", "/settings/catalogs/status");

  const faults = [];
  const { broken } = await crawl(page, begin, async (address) => {
    if (await page.locator("html[data-hit]").count()) faults.push(`${address}: it ran`);
    const parts = await page.locator("main img[src=x], main svg[onload], [onerror], [onclick], a[href^='javascript']").count();
    if (parts) faults.push(`${address}: it became a part of the page`);
    const wide = await onPhone(page, () => overflow(page));
    if (wide.length) faults.push(`${address}: wider than a phone: ${wide.join(" ")}`);
    const nameless = await page.locator("main a[href]").evaluateAll((links) =>
      links.filter((link) => !link.textContent.replace(/[\s\u200b]/g, "") && !link.getAttribute("aria-label")).map((link) => link.outerHTML.slice(0, 200)),
    );
    if (nameless.length) faults.push(`${address}: a link without a word: ${nameless[0]}`);
  });
  faults.unshift(...broken);
  assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.join("\n")}`);
});
