// Stage 2, features: defined once, computed for training from history and for a request from recent events, to the same bits.
import { formatCatalog } from "sluice/features";
import { ingestTrips, leavesAt, openExample, service, trainingSet, tripRows } from "../trips.ts";

const { ws, remove } = await openExample();
await ingestTrips(ws, 0, 1000);
const set = await trainingSet(ws, 900, 1000);
console.log(`training set ${set.digest.slice(0, 15)}… with ${set.rows} rows of ${set.features.join(", ")}`);

// Online: what is known of the same depots at the same instants.
await ws.features.materialize(service, { from: leavesAt(0), to: leavesAt(1000) });
const requests = tripRows(900, 1000);
const { features, atMs } = await ws.features.online(service, { depot: "D0", km: 12 }, { atMs: leavesAt(950) });
const delay = features["inputs.delay"];
console.log(`at ${new Date(atMs).toISOString()}: ${delay.status}`, delay.status === "present" ? delay.value : "");

// Many entities in one call, as typed columns.
const depots = ["D0", "D1", "D2"];
const many = await ws.features.onlineMany(
  service,
  depots.map((depot) => ({ depot, km: 12 })),
  { atMs: leavesAt(950) },
);
const { values, statuses } = many.columns["inputs.delay"];
console.log(depots.map((depot, i) => `${depot}: ${statuses[i] === 1 ? values[i]?.toFixed(1) : "nothing"}`).join(", "));

// The catalog: what there is, what it is made of, and what its values look like.
console.log(formatCatalog(await ws.features.catalog({ text: "delay" })));

// The proof: what was served, computed again from history, cell by cell.
const at = Float64Array.from(requests, ({ left }) => left.getTime());
const served = await ws.features.vectors(
  service,
  requests.map(({ depot, km }) => ({ depot, km })),
  { atMs: at },
);
const replay = await ws.features.replay(service, {
  inputs: requests.map(({ depot, km }) => ({ depot, km })),
  atMs: at,
  values: served.values,
  statuses: served.statuses,
});
console.log(`${replay.cells} cells served, ${replay.different} differ from history`);
if (replay.different > 0) process.exitCode = 1;

// Skew, measured: what was served is logged (here all of it), and each difference from history gets its cause.
const skew = await ws.features.skew(service);
console.log(String(skew));
if (skew.total.causes.definition > 0) process.exitCode = 1;
await remove();
