import { expect, test } from "vitest";
import { z } from "zod";
import { dataset } from "../../src/data/dataset.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { tableDigest } from "../../src/table/table-digest.ts";
import { withData } from "./open-data.ts";

const trips = dataset("trips", { schema: z.object({ left: z.date(), km: z.number() }), eventTime: "left" });

test("rows are read by a version's digest, or of the newest version by the dataset's name", () =>
  withData(async ({ data }) => {
    const first = await data.ingest(trips, rowsSource([{ left: new Date(1), km: 3 }]));
    const second = await data.ingest(trips, rowsSource([{ left: new Date(2), km: 4 }]));
    if (first.outcome === "blocked" || second.outcome === "blocked") throw new Error("both batches are good");
    expect((await data.read(first.version.digest)).rowCount).toBe(1);
    const newest = await data.read("trips");
    expect(newest.rowCount).toBe(2);
    expect(tableDigest(newest)).toBe(tableDigest(await data.read(second.version.digest)));
    expect(Object.keys((await data.read("trips", { columns: ["km"] })).columns)).toEqual(["km"]);
  }));

test("an unknown name or digest is refused", () =>
  withData(async ({ data }) => {
    for (const unknown of ["trips", "sha256:00", `sha256:${"0".repeat(64)}`])
      await expect(data.read(unknown)).rejects.toMatchObject({ code: "data/version-not-found" });
  }));
