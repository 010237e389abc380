// Act 5: what was served in April against a training set built afterwards, cell by cell, bit for bit.
import type { PredictionBatch } from "sluice/contracts";
import { inputFromJson } from "sluice/serving";
import { anyColumnOf, makeTable, type Table, tableFromRows } from "sluice/table";
import { service } from "../definitions.ts";
import { act, count, say } from "../show.ts";
import { at } from "../spine.ts";
import { reopen, type Stage } from "../stage.ts";

const rowsWanted = 20_000;

/** Compares every feature of a sample of April's served vectors with the offline path of a reopened workspace. */
export async function compareSkew(stage: Stage): Promise<void> {
  act("5  Skew: served vectors against a training set built afterwards");
  await stage.ws.close();
  stage.ws = await reopen(stage.clock);
  const batches = await stage.ws.serving.predictions("flight-delay", {
    fromMs: at("2001-04-01"),
    toMs: at("2001-04-08"),
  });
  const { spine, served } = pickServed(batches);
  const built = await stage.ws.features.training(service, { spine, at: "served_at" });
  let different = 0;
  for (const [index, name] of served.names.entries()) {
    const column = anyColumnOf(built.table, name);
    for (let row = 0; row < spine.rowCount; row++) {
      const cell = row * served.names.length + index;
      const state = column.states?.[row] ?? 1;
      const status = served.statuses[cell] ?? -1;
      const sameState = state === 2 ? status >= 2 : state === status;
      if (!sameState || (state === 1 && !Object.is(Number(column.values[row]), served.values[cell]))) different++;
    }
  }
  stage.summary.skewCells = different;
  stage.summary.skewRows = spine.rowCount;
  say(`${count(spine.rowCount)} served vectors × ${served.names.length} features: ${count(different)} cells differ`);
}

interface Served {
  readonly names: readonly string[];
  readonly values: Float64Array;
  readonly statuses: Uint8Array;
}

function pickServed(batches: readonly PredictionBatch[]): { readonly spine: Table; readonly served: Served } {
  const names = batches[0]?.featureNames ?? [];
  const total = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const every = Math.max(1, Math.floor(total / rowsWanted));
  const picked = batches.flatMap((batch) =>
    Array.from({ length: batch.rows }, (_, row) => ({ batch, row })).filter(
      (one) => one.batch.role[one.row] !== "shadow",
    ),
  );
  const kept = picked.filter((_, index) => index % every === 0);
  const values = new Float64Array(kept.length * names.length);
  const statuses = new Uint8Array(kept.length * names.length);
  for (const [i, { batch, row }] of kept.entries()) {
    values.set(batch.features.subarray(row * names.length, (row + 1) * names.length), i * names.length);
    statuses.set(batch.statuses.subarray(row * names.length, (row + 1) * names.length), i * names.length);
  }
  const inputs = tableFromRows(
    kept.map(({ batch, row }) => inputFromJson(batch.inputs[row] ?? "{}")),
    service.input,
  );
  const servedAt = Float64Array.from(kept, ({ batch, row }) => batch.atMs[row] ?? 0);
  return {
    spine: makeTable({ ...inputs.columns, served_at: { tag: "instant", values: servedAt } }),
    served: { names, values, statuses },
  };
}
