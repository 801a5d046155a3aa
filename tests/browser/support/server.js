// Starts `daumoi demo` on a free port with a folder of its own, reads its address and secrets from what it prints, and ends it.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { root } from "./places.js";

const program = process.env.DAUMOI_TEST_PROGRAM ?? join(root, "target/debug/daumoi");

/** Starts a server with the example in it. Gives its address, its secrets, and `stop`. */
export async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), "daumoi-browser-"));
  // Whoever runs the tests may have settings of their own for the program.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DAUMOI_")));
  const child = spawn(program, ["demo", "--listen", "127.0.0.1:0", "--data", join(folder, "data"), "--allow-networks", "127.0.0.0/8"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const end = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", end);
  // Who is told to stop takes the server along.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  const log = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const welcome = await readWelcome(child, log);
  const find = (pattern) => {
    const found = pattern.exec(welcome);
    if (!found) throw new Error(`the welcome has no ${pattern}:\n${welcome}`);
    return found.slice(1);
  };
  const [url] = find(/listening on (\S+)/);
  const [email, password] = find(/sign-in +(\S+) \/ (\S+)/);
  const [token] = find(/token +(\S+)/);
  const [listener] = find(/(\/webhook\/listener\/[\w-]+)/);
  const [vbot, project] = find(/"vbot_id":"(\w+)","project_code":"(\w+)"/);
  return {
    url,
    email,
    password,
    token,
    listener,
    vbot: { vbot_id: vbot, project_code: project },
    /** What the server complained about. */
    log,
    async stop() {
      child.kill();
      await ended;
      process.off("exit", end);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything the demo prints until it serves. */
function readWelcome(child, log) {
  return new Promise((resolve, reject) => {
    const lines = [];
    child.once("error", (error) => reject(new Error(`${program} could not be run: ${error.message}`)));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${log.join("\n")}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      if (line.startsWith("Ctrl-C")) resolve(lines.join("\n"));
    });
  });
}
