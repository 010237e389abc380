import type { EvaluationReport } from "../../../src/contracts/evaluation-report.ts";
import { digestOfJson } from "../../../src/core/digest.ts";
import { jsonOf } from "../../../src/core/json-of.ts";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { manualClock } from "../../../src/core/clock.ts";
import { digestOf } from "../../../src/core/digest.ts";
import type { Workspace } from "../../../src/workspace.ts";
import {
  delayModel,
  type Flight,
  flights,
  ingestFlights,
  openLoop,
  service,
  someFlights,
  startMs,
  toProduction,
  trainingOf,
  trainVersion,
} from "../../support/small-loop.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** Features read online at each flight's instant, its past pushed: their bits, statuses included. */
async function servedDigest(ws: Workspace, past: readonly Flight[], now: readonly Flight[]): Promise<string> {
  await ws.features.materialize(service, { to: startMs });
  await ws.features.push(flights, tableFromRows(past, flights.columns));
  const inputs = now.map(({ origin, distance }) => ({ origin, distance }));
  const atMs = Float64Array.from(now, ({ date }) => date);
  const vectors = await ws.features.vectors(service, inputs, { atMs });
  const skew = await ws.features.replay(service, { inputs, atMs, values: vectors.values, statuses: vectors.statuses });
  assert.equal(skew.different, 0);
  assert.equal(skew.cells, now.length * service.features.length);
  return digestOf(new Uint8Array(vectors.values.buffer)) + digestOf(vectors.statuses);
}

/** What `console.log` shows of a value: by the runtime's own inspector. */
function logged(value: object): string {
  const { Deno, Bun }: { readonly Deno?: Inspector; readonly Bun?: Inspector } = Object(globalThis);
  return (Deno?.inspect ?? Bun?.inspect ?? inspect)(value);
}

type Inspector = { readonly inspect: (value: object) => string };

/** The whole loop in one process, through the public face. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "workspace: from rows to a served version, the same digests everywhere",
    run: async ({ tempDir }) => {
      const clock = manualClock(startMs + 10 * 86_400_000);
      const ws = await openLoop(tempDir, clock);
      const rows = someFlights(6000);
      const dataset = await ingestFlights(ws, rows);
      const training = await trainingOf(ws, rows.slice(500, 4000));
      const heldOut = await trainingOf(ws, rows.slice(4000));
      const { version, evaluation } = await trainVersion(ws, training, heldOut);
      await toProduction(ws, version);
      const served = await servedDigest(ws, rows, rows.slice(5500));
      const router = await ws.serving.router(delayModel, { unit: ({ flight }) => flight });
      const { output, predictionId } = await router.predict(
        { flight: "6001", origin: "ATL", distance: 700 },
        { atMs: startMs + 6000 * 60_000 },
      );
      assert.ok(output.late > 0 && output.late < 1);
      await router.outcome(predictionId, { late: true });
      assert.match(logged(ws), /^Workspace in .*, open\n {2}metadata/);
      assert.equal(logged(ws.registry), "registry of a workspace, loaded at its first use");
      assert.match(logged(router), /^Router of "delay": champion 1, no rollout\n/);
      assert.match(logged(await ws.registry.load("delay")), /^delay@1 in "production", by ada\n/);
      assert.match(logged(await ws.registry.search()), /^1 version\n {2}delay@1/);
      assert.match(logged(await ws.registry.models()), /^1 model\n {2}delay/);
      assert.match(logged(await ws.audit.search({ kind: "version.promoted" })), /^3 events\n/);
      await router.close();
      const verdict = await ws.verifyAudit();
      assert.equal(verdict.valid, true);
      await ws.close();
      return JSON.stringify({
        dataset,
        training: training.digest,
        heldOut: heldOut.digest,
        service: service.hash,
        artifact: version.artifactDigest,
        evaluation: digestsOf(evaluation),
        served,
      });
    },
  },
];

/** Of each member of a report but its code, which the machine says: its digest. */
function digestsOf({ digest: _digest, code: _code, ...report }: EvaluationReport): {
  readonly [member: string]: string;
} {
  return Object.fromEntries(Object.entries(report).map(([name, value]) => [name, digestOfJson(jsonOf(value))]));
}
