// One server and one browser for a file of tests; every scene has a window of its own and fails if the browser complained.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { findChromium, screenshots } from "./places.js";
import { startServer } from "./server.js";

/** A wide screen. */
export const WIDE = { width: 1280, height: 800 };
/** The narrowest phone that pages are made for. */
export const PHONE = { width: 360, height: 740 };

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Milliseconds that anything may take: generous, because a busy machine is no fault of the pages. Only a failure waits so long. */
const PATIENCE = 120_000;

/** What the tests of a file share; `server` and `browser` are there once the first scene begins. */
export const world = { server: undefined, browser: undefined, signedIn: undefined };

before(async () => {
  mkdirSync(screenshots, { recursive: true });
  const [server, browser] = await Promise.all([
    startServer(),
    chromium.launch({ executablePath: findChromium(), args: FLAGS, chromiumSandbox: process.getuid?.() !== 0, timeout: PATIENCE }),
  ]);
  Object.assign(world, { server, browser });
  const context = await newContext({ signedIn: false });
  await signIn(await context.newPage());
  world.signedIn = await context.storageState();
  await context.close();
});

after(async () => {
  await world.browser?.close();
  await world.server?.stop();
});

/** Signs in by the form, as a person does. */
export async function signIn(page, { email, password } = world.server) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Mật khẩu").fill(password);
  await page.getByRole("button", { name: "Đăng nhập" }).click();
  await page.getByRole("navigation", { name: "Điều hướng chính" }).waitFor({ state: "attached" });
}

async function newContext({ signedIn = true, ...options }) {
  const context = await world.browser.newContext({
    baseURL: world.server.url,
    viewport: WIDE,
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    reducedMotion: "reduce",
    colorScheme: "light",
    storageState: signedIn ? world.signedIn : undefined,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

/**
 * A scene in a window of its own. `play(page, stage)` may ask `stage.newPage(options)` for further windows, and says with
 * `stage.expectComplaint(pattern)` which line of the console is meant to be there.
 */
export function scene(name, play, options = {}) {
  test(name, { timeout: 10 * PATIENCE }, async (t) => {
    const contexts = [];
    const complaints = [];
    const expected = [];
    const newPage = async (more = {}) => {
      const context = await newContext({ ...options, ...more });
      contexts.push(context);
      watch(context, complaints);
      return context.newPage();
    };
    const page = await newPage();
    try {
      await play(page, { t, newPage, complaints, expectComplaint: (pattern) => expected.push(pattern) });
    } catch (error) {
      const file = join(screenshots, `failed-${name.replaceAll(/[^\p{L}\d]+/gu, "-")}.png`);
      await page.screenshot({ path: file }).catch(() => {});
      error.message += `\n  at ${page.url()}, as seen in ${file}${complaints.length ? `\n  ${complaints.join("\n  ")}` : ""}`;
      throw error;
    } finally {
      await Promise.all(contexts.map((context) => context.close()));
    }
    const unexpected = complaints.filter((line) => !expected.some((pattern) => pattern.test(line)));
    assert.deepEqual(unexpected, [], "the browser complained");
  });
}

/** Collects what a browser complains about: errors of scripts, refusals of the policy, requests that failed, 5xx. */
function watch(context, complaints) {
  context.on("console", (message) => {
    // A bare answer of a dialect names no icon, and the browser asks for the usual one.
    if (message.location().url.endsWith("/favicon.ico")) return;
    if (message.type() === "error" || /Content Security Policy/i.test(message.text())) complaints.push(`${message.text()} ${message.location().url}`.trim());
  });
  context.on("weberror", (error) => complaints.push(String(error.error().stack ?? error.error())));
  context.on("dialog", async (dialog) => {
    // A question that a page of ours asks before it deletes is answered with yes; anything else is somebody's script.
    if (dialog.type() !== "confirm") complaints.push(`a dialog: ${dialog.message()}`);
    await dialog.accept();
  });
  context.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} for ${response.request().method()} ${response.url()}`);
  });
}

/** Waits until something is so; looks again and again. */
export async function until(what) {
  for (const begun = Date.now(); Date.now() - begun < PATIENCE; ) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`it never came: ${what}`);
}

/** Calls a dialect as a program does; gives status and body. */
export async function call(path, body, headers = {}) {
  const isForm = body instanceof URLSearchParams;
  const answer = await fetch(world.server.url + path, {
    method: "POST",
    headers: isForm ? headers : { "content-type": "application/json", ...headers },
    body: isForm ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text };
}

/** Sends one action to a webhook listener; gives its result. */
export async function arrive(actionType, data, listener = world.server.listener) {
  const { status, body } = await call(listener, { senderUser: world.server.email, data: [{ actionType, data }] });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}
