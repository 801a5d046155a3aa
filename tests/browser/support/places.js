// Where things are: the workspace, the screenshots, and the browser.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the workspace. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Where screenshots go: into the build folder. */
export const screenshots = join(root, "target/screenshots");

/** The browser on this machine: the one that is named, or the first of the usual names on the path. */
export function findChromium() {
  if (process.env.DAUMOI_TEST_CHROMIUM) return process.env.DAUMOI_TEST_CHROMIUM;
  for (const name of ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // The next one.
      }
    }
  }
  throw new Error("Chromium is not installed: apt-get install chromium, or name one in DAUMOI_TEST_CHROMIUM");
}
