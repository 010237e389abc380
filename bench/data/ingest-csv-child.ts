import { z } from "zod";
import { csvFile } from "../../src/backends/fs/csv-file.ts";
import { compare } from "../../src/data/checks/compare.ts";
import { completeness } from "../../src/data/checks/completeness.ts";
import { meanBounds } from "../../src/data/checks/mean-bounds.ts";
import { membership } from "../../src/data/checks/membership.ts";
import { monotonic } from "../../src/data/checks/monotonic.ts";
import { range } from "../../src/data/checks/range.ts";
import { dataset } from "../../src/data/dataset.ts";
import { openWorkspace } from "../../src/open-workspace.ts";

// Ingests the CSV file of flights named first into a workspace in the folder named second; prints the rows and this process's peak memory.

const [path = "", folder = ""] = process.argv.slice(2);
const flights = dataset("flights", {
  schema: z.object({
    id: z.number().int().nonnegative(),
    at: z.date(),
    origin: z.string().regex(/^[A-Z]{3}$/),
    carrier: z.string(),
    note: z.string().nullable(),
    delay: z.number().min(-1500).max(3000).nullable(),
    distance: z.number(),
    fare: z.number().positive(),
    seats: z.number().int(),
    cancelled: z.boolean(),
  }),
  eventTime: "at",
  id: "id",
  checks: [
    completeness("delay", { atLeast: 0.9 }),
    range("fare", { min: 0, max: 10_000 }),
    membership("origin", ["ATL", "ORD", "DFW", "LAX"]),
    monotonic("id"),
    compare("distance", ">=", { value: 0 }),
    meanBounds("delay", { min: -60, max: 240 }),
  ],
});

const ws = await openWorkspace({ path: folder });
const result = await ws.data.ingest(flights, csvFile(path), { onFailure: "quarantine" });
await ws.close();
if (result.outcome !== "committed") throw new Error(result.summary);
const { read, accepted, quarantined } = result.rows;
const checks = result.checks.map(({ check, outcome }) => `${check} ${outcome}`);
const peakKib = process.resourceUsage().maxRSS;
process.stdout.write(JSON.stringify({ read, accepted, quarantined, checks, peakKib }));
