// Data that DVC versions: read `.dvc` files and `dvc.lock`, ingest from the cache, verified; and write what `dvc add` writes.
import { appendFile, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dataset, isSluiceError } from "sluice";
import { csvFile } from "sluice/backends/fs";
import { dvcAdd, dvcCache, dvcSource, parseDvcFile, parseDvcLock } from "sluice/interop/dvc";
import { z } from "zod";
import { dataFolder, expect, withWorkspace } from "./shared/flights.ts";

const weather = dataset("weather", {
  schema: z.object({ date: z.date(), temp_max: z.number(), wind: z.number().min(0), weather: z.string() }),
  eventTime: "date",
});

await withWorkspace(async (ws, folder) => {
  // A repository as DVC leaves it: a folder of data in the cache, named by its MD5.
  const data = join(folder, "data");
  await mkdir(data);
  await copyFile(join(dataFolder, "seattle-weather.csv"), join(data, "seattle.csv"));
  const path = join(folder, ".dvc", "cache");
  await dvcAdd(data, { cache: path });
  const text = await readFile(join(folder, "data.dvc"), "utf8");
  console.log(text);

  // Read it: every byte that is handed out is verified against the MD5 that names it.
  const cache = dvcCache({ path });
  const { outs } = await parseDvcFile(text, "data.dvc");
  const [out] = outs;
  expect(out?.directory === true, "one folder");
  const [file] = await cache.files(out);
  expect(file?.path === "data/seattle.csv", "one file in it");
  const result = await ws.data.ingest(weather, dvcSource(cache, file, csvFile));
  console.log(result.summary);
  expect(result.outcome === "committed" && result.rows.accepted === 1461, "four years of days");
  const [origin] = (await ws.upstream(`dataset:${result.version.digest}`)).children;
  expect(origin?.node.includes(`dvc:data/seattle.csv#${file.md5}`) === true, "the lineage names DVC's file");
  console.log(origin.node);

  // A pipeline's lock says what each stage read and made.
  const lock = `schema: '2.0'\nstages:\n  clean:\n    cmd: make clean\n    outs:\n    - path: data\n      hash: md5\n      md5: ${out.md5}.dir\n`;
  await writeFile(join(folder, "dvc.lock"), lock);
  const { stages } = await parseDvcLock(await readFile(join(folder, "dvc.lock"), "utf8"), "dvc.lock");
  expect(stages["clean"]?.outs[0]?.md5 === out.md5, "the same folder");

  // A file in the cache that rots is found and named, not ingested.
  const prefix = join(path, "files", "md5", file.md5.slice(0, 2));
  await appendFile(join(prefix, (await readdir(prefix))[0] ?? ""), "2016-01-01,0,1,1,1,sun\n");
  const error = await ws.data.ingest(weather, dvcSource(cache, file, csvFile)).catch((thrown: unknown) => thrown);
  expect(isSluiceError(error, "blob/corrupt"), "other bytes than their name says");
  console.log(error.message);
});
