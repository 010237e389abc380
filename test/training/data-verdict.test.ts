import { afterEach, expect, test } from "vitest";
import type { TrainingSet } from "../../src/contracts/training-set.ts";
import { digestOf } from "../../src/core/digest.ts";
import { labelledMatrix } from "../../src/table/labelled-matrix.ts";
import type { Workspace } from "../../src/workspace.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { delayModel, flights, ingestFlights, openLoop, someFlights, trainingOf } from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let ws: Workspace | undefined;
afterEach(async () => {
  await ws?.close();
  ws = undefined;
});

/** A run that only counts its rows. */
async function counted(open: Workspace, data: TrainingSet, requireValidated?: boolean): Promise<string> {
  const options = { data, ...(requireValidated !== undefined && { requireValidated }) };
  const { run } = await open.experiments.run("count", options, async (context) => {
    context.metric("rows", labelledMatrix(data.table, delayModel.vector, "late").rows);
  });
  return run.id;
}

test("a run says whether its data is validated, and with requireValidated begins only where it is", async () => {
  ws = await openLoop(temporaryFolder());
  const rows = someFlights(2000);
  // A first version has nothing to be compared with: it is not validated.
  await ws.data.ingest(flights, rowsSource(rows.slice(0, 1000)));
  const early = await trainingOf(ws, rows.slice(500, 1000));
  const params = await ws.experiments.params(await counted(ws, early));
  expect(params).toMatchObject({ "data.validated": false });
  const { reason } = await ws.data.validation(early.sources[0]?.version ?? digestOf("none"));
  expect(params["data.objections"]).toEqual([`"flights": ${reason}`]);
  const before = await ws.experiments.runs("count");
  await expect(counted(ws, early, true)).rejects.toMatchObject({
    code: "data/not-validated",
    found: expect.stringContaining(reason),
  });
  expect(await ws.experiments.runs("count")).toEqual(before);

  await ws.data.ingest(flights, rowsSource(rows.slice(1000)));
  const later = await trainingOf(ws, rows.slice(500, 1000));
  expect(await ws.experiments.params(await counted(ws, later, true))).toEqual({ "data.validated": true });
});

test("a spine that is a dataset version is judged too; a training set of unknown versions, or none, is not validated", async () => {
  ws = await openLoop(temporaryFolder());
  await ingestFlights(ws, someFlights(2000));
  const good = await trainingOf(ws, someFlights(2000).slice(500, 1000));
  const unchecked = await ws.data.commit(flights, [await ws.data.read("flights")], { parent: null });
  const spined = { ...good, spineDigest: unchecked.digest };
  await expect(counted(ws, spined, true)).rejects.toMatchObject({
    code: "data/not-validated",
    found: expect.stringContaining(`the spine, version ${unchecked.digest}: no completeness check`),
  });
  const unknown = { ...good, sources: [{ dataset: "flights", version: digestOf("elsewhere") }] };
  expect(await ws.experiments.params(await counted(ws, unknown))).toEqual({
    "data.validated": false,
    "data.objections": [`"flights": no version ${digestOf("elsewhere")} here`],
  });
  await expect(counted(ws, { ...good, sources: [] }, true)).rejects.toMatchObject({ code: "data/not-validated" });
  await expect(ws.experiments.run("none", { requireValidated: true }, async () => 1)).rejects.toMatchObject({
    code: "data/not-validated",
  });
  const mine = { data: good, params: { "data.validated": true } };
  await expect(ws.experiments.run("forged", mine, async () => 1)).rejects.toMatchObject({
    code: "training/param-conflict",
  });
  const late = ws.experiments.run("forged", { data: spined }, async (run) => run.param("data.validated", true));
  await expect(late).rejects.toMatchObject({ code: "training/param-conflict" });
});
