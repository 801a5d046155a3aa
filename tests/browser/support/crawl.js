// Walks through every page by its links, one of each kind, so that a page that is added is tested without being named here.
/** Links that are no pages: files to download. */
const FILES = /\/files?\/|\.csv$|^\/assets\//;

/** The kind of page an address leads to: `/customers/212/edit/name?back=1` is `/customers/{n}/edit/{fact}`. */
function kindOf(address) {
  const [path] = address.split(/[?#]/);
  const named = path.replace(/\/\d+(?=\/|$)/g, "/{n}");
  // The same page for each list, each dialect and each fact.
  return named
    .replace(/^(\/settings\/catalogs\/)\w+/, "$1{list}")
    .replace(/^(.+\/as\/)\w+/, "$1{dialect}")
    .replace(/^(.+\/edit\/).+/, "$1{fact}");
}

/**
 * Goes to every page that links lead to, and first to `begin`, and calls `look(address, answer)` on each. Gives the addresses that
 * were visited, and what is wrong with those that could not be.
 */
export async function crawl(page, begin, look) {
  const kinds = new Set();
  const visited = [];
  const broken = [];
  // Those that are named are all visited, also where they are of one kind.
  const queue = begin.map((address) => ({ address, kind: address, from: "the test" }));
  for (const { address, kind, from } of queue) {
    if (kinds.has(kind)) continue;
    kinds.add(kind).add(kindOf(address));
    visited.push(address);
    const answer = await page.goto(address);
    if (answer.status() !== 200) {
      broken.push(`${answer.status()} for ${address}, linked from ${from}`);
      continue;
    }
    // A dialect's answer is JSON where no script shows it inside the page.
    if (!(await answer.headerValue("content-type")).startsWith("text/html")) continue;
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((link) => link.href));
    const home = new URL(page.url()).origin;
    for (const link of links) {
      const { origin, pathname, search } = new URL(link);
      if (origin === home && !FILES.test(pathname)) queue.push({ address: pathname + search, kind: kindOf(pathname), from: address });
    }
    await look(address, answer);
  }
  return { visited, broken };
}
