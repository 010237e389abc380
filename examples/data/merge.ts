// Branches: correct rows apart, look at what differs, merge by three ways behind a gate, undo.
import { isSluiceError, tableSource } from "sluice";
import { meanBounds, range } from "sluice/data";
import { columnOf, makeTable, type Table } from "sluice/table";
import { day, expect, flights, withWorkspace } from "./shared/flights.ts";

/** The same rows with the delays of some of them set to another value. */
function corrected(table: Table, isWrong: (flight: number) => boolean, minutes: number): Table {
  const flight = columnOf(table, "flight", "f64").values;
  const delay = columnOf(table, "delay", "f64").values.map((value, row) =>
    isWrong(Number(flight[row])) ? minutes : value,
  );
  return makeTable({ ...table.columns, delay: { tag: "f64", values: delay } });
}

await withWorkspace(async (ws) => {
  await ws.data.ingest(flights, day(8), { message: "Monday" });
  const monday = await ws.data.read("flights");
  const first = Number(columnOf(monday, "flight", "f64").values[0]);

  // A branch copies nothing. On it a few delays are corrected; on main another day comes in meanwhile.
  await ws.data.branch("flights", "fix/delays");
  const fixed = tableSource(
    corrected(monday, (flight) => flight < first + 3, 0),
    { uri: "corrections" },
  );
  await ws.data.ingest(flights, fixed, { branch: "fix/delays", mode: "replace", message: "Three delays" });
  await ws.data.ingest(flights, day(9), { message: "Tuesday" });

  const diff = await ws.data.diff("flights@main~1", "flights@fix/delays");
  console.log("on the branch:", diff.rows, diff.examples.changed[0]);
  expect(diff.rows.changed === 3 && diff.rows.added === 0, "three rows were changed");

  // The gate: the dataset's checks and these run on the merged rows before the branch moves.
  const refused = await ws.data.merge({ dataset: flights, from: "fix/delays", gate: [range("delay", { max: 60 })] });
  console.log(refused.outcome, refused.outcome === "refused" ? refused.reasons : "");
  expect(refused.outcome === "refused" && (await ws.data.log("flights")).length === 2, "main is as it was");

  const gate = [meanBounds("delay", { min: -5, max: 30 })];
  const merged = await ws.data.merge({ dataset: flights, from: "fix/delays", gate, actor: "ann" });
  expect(merged.outcome === "merged", "both sides have changes of their own");
  expect(merged.version.rows === 33_831, "Tuesday is in it, and the corrections");
  console.log(
    merged.commit.message,
    merged.checks.map(({ check, outcome }) => `${check} ${outcome}`),
  );

  // Both change the same row: a conflict that names it, unless a side is to win.
  await ws.data.branch("flights", "theirs");
  const now = await ws.data.read("flights");
  for (const [branch, minutes] of [
    ["theirs", 100],
    ["main", 200],
  ] as const) {
    const source = tableSource(
      corrected(now, (flight) => flight === first + 7, minutes),
      { uri: branch },
    );
    await ws.data.ingest(flights, source, { branch, mode: "replace" });
  }
  const conflict = await ws.data.merge({ dataset: flights, from: "theirs" }).catch((error: unknown) => error);
  expect(isSluiceError(conflict, "data/merge-conflict"), "nobody wins by chance");
  console.log(conflict.message);
  const won = await ws.data.merge({ dataset: flights, from: "theirs", strategy: "theirs" });
  expect(won.outcome === "merged", "a side was chosen");

  // Undone, by a commit of its own.
  await ws.data.revert("flights", won.commit.id);
  const undone = await ws.data.diff("flights@main~2", "flights");
  console.log("after the revert:", undone.rows);
  expect(undone.rows.changed + undone.rows.added + undone.rows.removed === 0, "as before the merge");
  console.log((await ws.data.log("flights")).map(({ change, message }) => `${change}: ${message}`));
});
