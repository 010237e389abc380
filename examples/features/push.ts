// Stage 2, features as events come: a new view is filled with a past range, rows are pushed to requests and to history at once, some
// late and some twice; a flush makes them a version, and what was served equals history to the bit.
import { ingestTrips, leavesAt, openExample, service, tripRows, trips } from "../trips.ts";

const { ws, remove } = await openExample();
await ingestTrips(ws, 0, 500);

// The views are new, the data is not: what requests need of the past is loaded in portions, and goes on where it was interrupted.
const filled = await ws.features.backfill(service, { from: leavesAt(300), to: leavesAt(499), rowsAtOnce: 50 });
console.log(`backfilled ${filled.events} events`);

// Ten at a time as they come: to the log of history first, durable when the push returns, then to the views.
const arriving = tripRows(500, 600);
const late = arriving.splice(20, 5); // these come last
for (let from = 0; from < arriving.length; from += 10) {
  await ws.features.push(trips, arriving.slice(from, from + 10), { to: "both" });
}
const again = [...late, ...arriving.slice(0, 5)]; // a source that sends some twice
const { buffered, events } = await ws.features.push(trips, again, { to: "both" });
console.log(`${buffered.rows} rows wait for a flush; of the last ${again.length} pushed, ${events} were new`);

// Online at once, before there is a version.
const requests = tripRows(600, 610);
const inputs = requests.map(({ depot, km }) => ({ depot, km }));
const atMs = Float64Array.from(requests, ({ left }) => left.getTime());
const served = await ws.features.vectors(service, inputs, { atMs });

// One version of all that was pushed, through the dataset's schema and checks: each trip once. tick() does it too.
const [flushed] = await ws.features.flush();
console.log(`${flushed?.outcome}: ${flushed?.rows} rows, ${flushed?.repeated} known already`);
console.log(`history has ${(await ws.data.head("trips"))?.rows} trips`);

const { values, statuses } = served;
const replay = await ws.features.replay(service, { inputs, atMs, values, statuses });
console.log(`${replay.cells} cells served, ${replay.different} differ from history`);
if (replay.different > 0) process.exitCode = 1;
await remove();
