// Versions: every commit is named by its content, and found again by branch, tag, digest, steps back or date.
import { join } from "node:path";
import { manualClock, openWorkspace } from "sluice";
import { day, expect, flights, withWorkspace } from "./shared/flights.ts";

await withWorkspace(async (_shared, folder) => {
  // A clock of our own, so that the days of the example are days for the workspace too.
  const clock = manualClock(Date.UTC(2001, 0, 8, 23));
  const ws = await openWorkspace({ path: join(folder, "timed"), clock });

  await ws.data.ingest(flights, day(8), { message: "Monday", actor: "ann" });
  await ws.data.tag("flights", "first-day", { actor: "ann" });
  clock.advance(86_400_000);
  await ws.data.ingest(flights, day(9), { message: "Tuesday", actor: "ann" });
  clock.advance(86_400_000);
  await ws.data.ingest(flights, day(10), { message: "Wednesday", actor: "bob" });

  for (const { id, author, timeMs, message, version } of await ws.data.log("flights"))
    console.log(new Date(timeMs).toISOString(), id.slice(7, 15), author, message, version.slice(0, 19));

  // Five names of Monday's version.
  const monday = await ws.data.resolve("flights", "first-day");
  for (const rows of [
    await ws.data.read("flights@first-day"),
    await ws.data.read("flights@main~2"),
    await ws.data.read("flights", { ref: { at: new Date("2001-01-09T12:00Z") } }),
    await ws.data.read(monday.version),
    await ws.data.read("flights", { ref: monday.commit?.id ?? "" }),
  ])
    expect(rows.rowCount === 16_938, "they all are Monday's flights");

  // Only the wanted columns are read.
  const delays = await ws.data.read("flights", { columns: ["delay"] });
  expect(Object.keys(delays.columns).join() === "delay", "one column");

  // What differs: rows by their id, whole parts that both have are skipped unread.
  const diff = await ws.data.diff("flights@first-day", "flights");
  console.log(diff.rows, diff.examples.added[0]);
  console.table(diff.metrics);
  expect(diff.rows.added === diff.rows.after - diff.rows.before && diff.rows.removed === 0, "rows were only added");

  // The same rows make the same version, in another workspace and at another time.
  const other = await openWorkspace(join(folder, "other"));
  const copy = await other.data.ingest(flights, day(8));
  expect(copy.outcome === "committed" && copy.version.digest === monday.version, "content has one name");

  // The branch goes back by a new commit; nothing is lost.
  await ws.data.revert("flights", "main", { message: "Wednesday was wrong", actor: "ann" });
  expect((await ws.data.read("flights")).rowCount === 33_831, "two days are left");
  const [last] = await ws.data.log("flights", { limit: 1 });
  console.log(last?.change, last?.message);
  await Promise.all([ws.close(), other.close()]);
});
