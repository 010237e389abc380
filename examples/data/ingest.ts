// Ingest is read, validate, check, then commit or keep out, at once: what `onFailure` does to bad rows and to a bad batch.
import { day, expect, flights, withWorkspace } from "./shared/flights.ts";

// Real flights of a day; some with a negative distance, which the schema refuses, or the whole day in kilometres, which a check refuses.
const badRows = day(9, { distance: "case when delay > 200 then -distance else distance end" });
const badBatch = day(9, { distance: "distance * 1.609344" });

await withWorkspace(async (ws) => {
  ws.on("batch.blocked", ({ dataset, rows }) => console.log(`event: ${rows} rows of ${dataset} were kept out`));

  // Progress is told while it reads, checks and commits.
  const stages = new Set<string>();
  const first = await ws.data.ingest(flights, day(8), { onProgress: ({ stage }) => stages.add(stage) });
  expect(first.outcome === "committed", first.summary);
  console.log("progress:", [...stages].join(", "));
  const before = await ws.data.head("flights");

  // block, the default: one bad row keeps the batch out, and the branch is as it was.
  const blocked = await ws.data.ingest(flights, badRows);
  expect(blocked.outcome === "blocked" && blocked.rows.accepted === 0, "nothing of the batch came in");
  expect((await ws.data.head("flights"))?.digest === before?.digest, "the branch is untouched");
  console.log(`block: ${blocked.reasons.join("; ")}`);

  // quarantine: bad rows go apart with their reasons, the others come in. Checks are run on both, and those on the accepted rows decide.
  const apart = await ws.data.ingest(flights, badRows, { onFailure: "quarantine" });
  console.log(`quarantine: ${apart.summary}`);
  expect(apart.outcome === "committed" && apart.rows.quarantined > 0, "bad rows apart");
  expect(apart.rows.read === apart.rows.accepted + apart.rows.quarantined, "every row is somewhere");
  console.log(apart.issueCounts, apart.faults[0]?.issues);

  // The same batch again is known by its bytes, and changes nothing.
  const again = await ws.data.ingest(flights, badRows, { onFailure: "quarantine" });
  expect(again.outcome === "committed" && again.repeated, "a repeated batch is no second one");

  // quarantine of a whole batch: every row is valid, the distribution is not.
  const whole = await ws.data.ingest(flights, badBatch, { onFailure: "quarantine" });
  expect(whole.outcome === "blocked" && whole.rows.blocked > 10_000, "a check that fails keeps all rows out");
  console.log(`a bad batch: ${whole.reasons.join("; ")}; all rows are in ${whole.quarantine?.dataset}`);

  // warn: the same batch comes in, and the version does not count as validated.
  const warned = await ws.data.ingest(flights, badBatch, { onFailure: "warn" });
  expect(warned.outcome === "committed", "warn lets it in");
  const verdict = await ws.data.validation(warned.version.digest);
  console.log("warn:", verdict);
  expect(!verdict.validated, "but says so");
});
