// The main job: three million real flights from file to monitored production and back, in one process.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { serveApril } from "./acts/april.ts";
import { finish } from "./acts/finish.ts";
import { ingestSpring, ingestSummer } from "./acts/ingest.ts";
import { compareSkew } from "./acts/skew.ts";
import { watchSummer } from "./acts/summer.ts";
import { trainSpring } from "./acts/train.ts";
import { say } from "./show.ts";
import { folder, openStage } from "./stage.ts";

const started = performance.now();
const stage = await openStage();
await ingestSpring(stage);
const spring = await trainSpring(stage);
const { traffic, champion } = await serveApril(stage, spring);
await traffic.router.close();
await compareSkew(stage);
await ingestSummer(stage);
await watchSummer(stage, spring, champion);
await finish(stage);
await stage.ws.close();
stage.summary.seconds = Math.round((performance.now() - started) / 100) / 10;
stage.summary.peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024);
writeFileSync(join(folder, "summary.json"), `${JSON.stringify(stage.summary, undefined, 2)}\n`);
say(
  `${stage.summary.seconds} s, ${stage.summary.peakMemoryMb} MB at the peak; .sluice-demo/summary.json has every figure`,
);
