// Garbage: what no branch, tag, run or model needs is removed, after a look at what that would be. Commits may go on meanwhile.
import { day, expect, flights, withWorkspace } from "./shared/flights.ts";

await withWorkspace(async (ws) => {
  await ws.data.ingest(flights, day(8));
  await ws.data.tag("flights", "trained-on");
  await ws.data.branch("flights", "trial");
  await ws.data.ingest(flights, day(9), { branch: "trial" });
  await ws.data.ingest(flights, day(10), { branch: "trial" });

  // A branch keeps what it leads to.
  const before = await ws.data.gc({ dryRun: true, graceMs: 0 });
  console.log("with the branch:", before);
  const trial = (await ws.data.head("flights", { branch: "trial" }))?.digest ?? "";
  await ws.data.deleteBranch("flights", "trial", { actor: "ann" });

  // The default grace period of a day keeps what is young, whoever may be about to name it.
  const young = await ws.data.gc({ dryRun: true });
  console.log("within the grace period:", young);
  expect(young.removed === 0 && young.young > 0, "nothing is old enough");

  const would = await ws.data.gc({ dryRun: true, graceMs: 0 });
  console.log("would remove:", would);
  expect(would.dryRun && would.removed > before.removed, "the branch's rows are garbage now");
  const done = await ws.data.gc({ graceMs: 0 });
  console.log("removed:", done);
  expect(done.removed === would.removed && done.removedBytes === would.removedBytes, "as announced");

  // What the tag names is whole; what only the branch had is gone.
  expect((await ws.data.read("flights@trained-on")).rowCount === 16_938, "a tag keeps its version");
  const gone = await ws.data.read(trial).catch((error: unknown) => error);
  console.log(String(gone));
  expect(gone instanceof Error, "the branch's version cannot be read any more");
});
