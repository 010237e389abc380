// The main job: three million real flights from file to monitored production and back, in one process.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serveApril } from "./acts/april.ts";
import { ingestSpring } from "./acts/ingest.ts";
import { compareSkew } from "./acts/skew.ts";
import { trainSpring } from "./acts/train.ts";
import { folder, openStage } from "./stage.ts";

const started = performance.now();
const stage = await openStage();
await ingestSpring(stage);
const spring = await trainSpring(stage);
const traffic = await serveApril(stage, spring);
await traffic.router.close();
await compareSkew(stage);
await stage.ws.close();
stage.summary.seconds = Math.round((performance.now() - started) / 100) / 10;
stage.summary.peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "summary.json"), `${JSON.stringify(stage.summary, undefined, 2)}\n`);
console.log(JSON.stringify(stage.summary, undefined, 2));
