/* Downloads the leaves piece by piece and counts, apart from the page: the page stays alive, and can stop it at any moment. */

import { Count, LogProblem, toBase64 } from "./log.js";

const TRIES = 5;
/** Leaves that one answer may hold. */
const PIECE = 4096;

const fetched = async (address, number) => {
  for (let tried = 1; ; tried += 1) {
    let wait = tried;
    try {
      const answer = await fetch(address, { credentials: "omit" });
      if (answer.ok) return await answer.text();
      if (answer.status < 500 && answer.status !== 429) throw new LogProblem("download", { number });
      wait = Math.min(Number(answer.headers.get("Retry-After")) || tried, 60);
    } catch (error) {
      if (error instanceof LogProblem) throw error;
    }
    if (tried === TRIES) throw new LogProblem("download", { number });
    await new Promise((go) => setTimeout(go, 1000 * wait));
  }
};

const run = async ({ leaves, petition, head, heads, ownId }) => {
  const count = new Count(petition, [head, ...heads], ownId);
  while (count.tree.size < head.size) {
    const number = count.tree.size;
    const end = Math.min(number + PIECE, head.size);
    const piece = await fetched(`${leaves}?start=${number}&end=${end}`, number);
    const lines = piece.split("\n").filter(Boolean);
    if (!lines.length) throw new LogProblem("missing", { number, size: head.size });
    for (const line of lines) {
      if (count.tree.size < head.size) count.add(line);
    }
    postMessage({ done: count.tree.size, of: head.size });
  }
  const { votes, withdrawn, sources, own } = count;
  const problems = count.problems.map(({ code, values }) => ({ code, values }));
  postMessage({ finished: { votes, withdrawn, count: count.count, sources, own, problems, root: toBase64(count.tree.root()) } });
};

onmessage = async ({ data }) => {
  try {
    await run(data);
  } catch (problem) {
    if (!(problem instanceof LogProblem)) throw problem;
    postMessage({ failed: { code: problem.code, values: problem.values } });
  }
};
