import { inspect } from "node:util";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { arrowSource } from "../../src/backends/arrow/arrow-source.ts";
import { tableToArrow } from "../../src/backends/arrow/table-to-arrow.ts";
import { sqlSource } from "../../src/backends/duckdb/duckdb-source.ts";
import { csvFile } from "../../src/backends/fs/csv-file.ts";
import type { DataSource } from "../../src/contracts/data-source.ts";
import { seededRandom } from "../../src/core/random.ts";
import { completeness } from "../../src/data/checks/completeness.ts";
import { distribution } from "../../src/data/checks/distribution.ts";
import { dataset } from "../../src/data/dataset.ts";
import { csvSource } from "../../src/data/sources/csv-source.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { tableSource } from "../../src/data/sources/table-source.ts";
import { makeTable } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { openData, withData } from "./open-data.ts";

const schema = z.object({
  at: z.date(),
  origin: z.enum(["ATL", "ORD"]),
  delay: z.number().nullable(),
  distance: z.number().positive(),
});
const checks = [completeness("delay", { atLeast: 0.5 }), distribution("distance", { against: "previous" })];
const flights = dataset("flights", { schema, eventTime: "at", checks });

function rows(seed: number, count: number, scale = 1): { [name: string]: unknown }[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => ({
    at: new Date(1000 * i),
    origin: random.int(2) === 0 ? "ATL" : "ORD",
    delay: random.int(10) === 0 ? null : random.int(60),
    distance: (100 + random.int(2000)) * scale,
  }));
}

test("a good batch becomes a version; a second is appended to it, and its parts are kept", () =>
  withData(async ({ data, ledger }) => {
    const first = await data.ingest(flights, rowsSource(rows(1, 400), { uri: "january" }));
    expect(first.outcome, first.summary).toBe("committed");
    const second = await data.ingest(flights, rowsSource(rows(2, 300), { uri: "february" }));
    if (first.outcome !== "committed" || second.outcome !== "committed") return expect.fail(second.summary);
    expect(second.version).toMatchObject({
      parent: first.version.digest,
      rows: 700,
      dataset: "flights",
      createdAtMs: 1_000_000_000_000,
    });
    expect((await data.versions("flights")).map((version) => version.rows)).toEqual([700, 400]);
    const all = tableToRows(await data.read(second.version.digest));
    expect(all).toHaveLength(700);
    expect(all[0]).toEqual({ ...rows(1, 400)[0], at: 0 });
    expect(all[400]).toEqual({ ...rows(2, 300)[0], at: 0 });
    expect(second.checks.map((check) => [check.check, check.outcome])).toEqual([
      ["completeness", "pass"],
      ["distribution", "pass"],
    ]);
    const tree = await ledger.lineage.upstream(`dataset:${second.version.digest}`);
    expect(tree.children.map((child) => [child.via, child.node.split("#")[0]])).toEqual(
      expect.arrayContaining([
        ["appended", `dataset:${first.version.digest}`],
        ["ingested", "source:february"],
      ]),
    );
    expect(await ledger.audit.verify()).toMatchObject({ valid: true, events: 2 });
    expect((await ledger.changes.read()).map((change) => change.kind)).toEqual([
      "dataset.committed",
      "ingest.ended",
      "dataset.committed",
      "ingest.ended",
    ]);
  }));

test("the same rows make the same version in another workspace at another time", async () => {
  const digests: string[] = [];
  for (const shift of [0, 86_400_000]) {
    await withData(async ({ data, clock }) => {
      clock.advance(shift);
      await data.ingest(flights, rowsSource(rows(1, 400)));
      const result = await data.ingest(flights, rowsSource(rows(2, 300)));
      digests.push(result.outcome === "committed" ? result.version.digest : result.summary);
    });
  }
  expect(digests[1]).toBe(digests[0]);
});

test("refused rows go to quarantine with their reasons and places; the good ones pass", () =>
  withData(async ({ data }) => {
    const batch = rows(3, 200);
    batch[7] = { ...batch[7], distance: -5 };
    batch[150] = { ...batch[150], origin: "XXX", delay: "late" };
    const result = await data.ingest(flights, rowsSource(batch), { onFailure: "quarantine" });
    if (result.outcome !== "committed" || result.quarantine === undefined) return expect.fail(result.summary);
    expect(result.rows).toEqual({ read: 200, accepted: 198, quarantined: 2, blocked: 0 });
    expect(result.faults.map((fault) => fault.row)).toEqual([7, 150]);
    const apart = tableToRows(await data.read(result.quarantine.digest));
    expect(apart).toHaveLength(2);
    expect(apart[0]).toMatchObject({
      __row: 7,
      distance: -5,
      __reason: expect.stringMatching(/^distance: .*\(too_small\)$/),
    });
    expect(apart[1]).toMatchObject({
      __row: 150,
      origin: "XXX",
      __reason: expect.stringContaining('delay: expected a value of type f64, found "late"'),
    });
    expect(apart[1]).not.toHaveProperty("delay");
    expect(result.summary).toContain("200 read, 198 accepted, 2 quarantined, 0 blocked");
    expect(inspect(result)).toBe(result.summary);
  }));

test("a bad row blocks the batch by default; a changed distribution blocks it whole; the head stays, the event is audited", () =>
  withData(async ({ data, ledger, events }) => {
    const seen: string[] = [];
    events.on("batch.blocked", (event) => seen.push(event.reasons.join()));
    const first = await data.ingest(flights, rowsSource(rows(4, 3000)));
    const bad = rows(5, 100);
    bad[0] = { ...bad[0], distance: 0 };
    const blocked = await data.ingest(flights, rowsSource(bad));
    expect(blocked).toMatchObject({
      outcome: "blocked",
      rows: { read: 100, accepted: 0, quarantined: 0, blocked: 100 },
      reasons: ["the schema refuses 1 of 100 rows"],
    });
    const kilometres = await data.ingest(flights, rowsSource(rows(6, 3000, 1.609344)), { onFailure: "quarantine" });
    expect(kilometres).toMatchObject({
      outcome: "blocked",
      reasons: [expect.stringMatching(/^distribution: distance: PSI/)],
    });
    expect(seen).toHaveLength(2);
    expect((await data.head("flights"))?.digest).toBe(first.outcome === "committed" && first.version.digest);
    expect((await ledger.audit.read()).map((record) => record.kind)).toEqual([
      "dataset.committed",
      "batch.blocked",
      "dataset.committed",
      "batch.blocked",
    ]);
    const warned = await data.ingest(flights, rowsSource(rows(6, 3000, 1.609344)), { onFailure: "warn" });
    if (warned.outcome !== "committed") return expect.fail(warned.summary);
    expect(await data.validation(warned.version.digest)).toMatchObject({
      validated: false,
      reason: expect.stringContaining("PSI"),
    });
  }));

test("validation needs declared and passed checks; a first version has no distribution to compare with", () =>
  withData(async ({ data, repository }) => {
    const first = await data.ingest(flights, rowsSource(rows(1, 3000)));
    const second = await data.ingest(flights, rowsSource(rows(2, 3000)));
    if (first.outcome !== "committed" || second.outcome !== "committed") return expect.fail("blocked");
    expect(await data.validation(first.version.digest)).toEqual({
      validated: false,
      reason: expect.stringContaining("no previous version"),
    });
    expect(await data.validation(second.version.digest)).toEqual({
      validated: true,
      reason: "schema and 2 checks passed",
    });
    const direct = await repository.commit(flights, [await data.read(first.version.digest)]);
    const unchecked =
      "no completeness check was run on its rows (none is declared, or they were committed without an ingest)";
    expect(await data.validation(direct.digest)).toEqual({ validated: false, reason: unchecked });
    const above = await data.ingest(flights, rowsSource(rows(3, 3000)));
    if (above.outcome !== "committed") return expect.fail(above.summary);
    expect(await data.validation(above.version.digest)).toEqual({
      validated: false,
      reason: `${unchecked} (1 version before)`,
    });
  }));

test("a distribution check that only warns does not validate when it fails", () =>
  withData(async ({ data }) => {
    const mild = dataset("mild", {
      schema,
      eventTime: "at",
      checks: [
        completeness("delay", { atLeast: 0.5 }),
        distribution("distance", { against: "previous", severity: "warn" }),
      ],
    });
    await data.ingest(mild, rowsSource(rows(1, 3000)));
    const shifted = await data.ingest(mild, rowsSource(rows(2, 3000, 1.609344)));
    if (shifted.outcome !== "committed") return expect.fail(shifted.summary);
    expect(await data.validation(shifted.version.digest)).toEqual({
      validated: false,
      reason: expect.stringContaining("PSI"),
    });
  }));

test("ingesting the same batch again changes nothing, unless asked to append it", () =>
  withData(async ({ data, ledger }) => {
    const first = await data.ingest(flights, rowsSource(rows(1, 100)));
    const again = await data.ingest(flights, rowsSource(rows(1, 100)));
    if (first.outcome !== "committed") return expect.fail(first.summary);
    expect(again).toMatchObject({ outcome: "committed", repeated: true, version: first.version, rows: first.rows });
    expect(await ledger.audit.verify()).toMatchObject({ events: 1 });
    const appended = await data.ingest(flights, rowsSource(rows(1, 100)), { onRepeat: "append" });
    expect(appended).toMatchObject({ outcome: "committed", repeated: false, version: { rows: 200 } });
    const replaced = await data.ingest(flights, rowsSource(rows(9, 50)), { mode: "replace" });
    expect(replaced).toMatchObject({ outcome: "committed", version: { rows: 50, parent: null } });
    const once = await data.ingest(flights, rowsSource(rows(1, 100)));
    expect(once).toMatchObject({ outcome: "committed", repeated: false, version: { rows: 150 } });
  }));

test("a batch replaces a dataset that holds it among others; where it is all, nothing changes", () =>
  withData(async ({ data }) => {
    for (const seed of [1, 2]) await data.ingest(flights, rowsSource(rows(seed, 100)));
    for (const seed of [1, 2]) {
      const replaced = await data.ingest(flights, rowsSource(rows(seed, 100)), { mode: "replace" });
      expect(replaced).toMatchObject({ outcome: "committed", repeated: false, version: { rows: 100, parent: null } });
      expect((await data.head("flights"))?.rows).toBe(100);
      const again = await data.ingest(flights, rowsSource(rows(seed, 100)), { mode: "replace" });
      expect(again).toMatchObject({ outcome: "committed", repeated: true, version: { rows: 100 } });
    }
  }));

test("one batch ingested by two writers at once is in the dataset once", () =>
  withData(async ({ data, folder }) => {
    const other = await openData(folder);
    const plain = dataset("plain", { schema, eventTime: "at" });
    const results = await Promise.all([data, other.data].map((one) => one.ingest(plain, rowsSource(rows(1, 50)))));
    expect(results.map((result) => result.outcome === "committed" && result.repeated).sort()).toEqual([false, true]);
    expect((await data.head("plain"))?.rows).toBe(50);
    await other.close();
  }));

test("a source that changes while it is read is refused, and nothing is committed", () =>
  withData(async ({ data, folder }) => {
    const path = join(folder, "growing.csv");
    const plain = dataset("plain", { schema: z.object({ at: z.date(), n: z.number() }), eventTime: "at" });
    await writeFile(path, "at,n\n2001-01-01,1\n");
    const file = csvFile(path);
    const growing: DataSource = {
      ...file,
      batches: async function* (columns, options) {
        await appendFile(path, "2001-01-02,2\n");
        yield* file.batches(columns, options);
      },
    };
    await expect(data.ingest(plain, growing)).rejects.toMatchObject({ code: "data/source-changed" });
    expect(await data.head("plain")).toBeUndefined();
    expect(await data.ingest(plain, file)).toMatchObject({ outcome: "committed", rows: { accepted: 2 } });
  }));

test("ingesting a large table lets the process go on in between", () =>
  withData(async ({ data }) => {
    const count = 600_000;
    const table = makeTable({
      at: { tag: "instant", values: new Float64Array(count) },
      n: { tag: "f64", values: Float64Array.from({ length: count }, (_, i) => i) },
    });
    const plain = dataset("plain", { schema: z.object({ at: z.date(), n: z.number() }), eventTime: "at" });
    let turns = 0;
    const seen: number[] = [];
    const tick = (): void => {
      turns++;
      next = setImmediate(tick);
    };
    let next = setImmediate(tick);
    await data.ingest(plain, tableSource(table), { onProgress: ({ done }) => seen.push(done, turns) });
    clearImmediate(next);
    const progress = seen.filter((_, i) => i % 2 === 0);
    const turnsBefore = seen.filter((_, i) => i % 2 === 1);
    expect(progress).toEqual([131_072, 262_144, 393_216, 524_288, 600_000]);
    expect(new Set(turnsBefore).size).toBe(progress.length);
  }));

test("no rows, or only refused ones, are not a success", () =>
  withData(async ({ data }) => {
    expect(await data.ingest(flights, rowsSource([]), { onFailure: "warn" })).toMatchObject({
      outcome: "blocked",
      reasons: ["the source has no rows"],
    });
    const refused = await data.ingest(flights, rowsSource([{ at: new Date(0), origin: "?", delay: 0, distance: 1 }]), {
      onFailure: "quarantine",
    });
    expect(refused).toMatchObject({ outcome: "blocked", reasons: ["the schema refuses all 1 rows"] });
    const warned = await data.ingest(flights, rowsSource([{ at: new Date(0), origin: "?", delay: 0, distance: 2 }]), {
      onFailure: "warn",
    });
    expect(warned).toMatchObject({ outcome: "blocked", quarantine: { dataset: "flights.quarantine", rows: 2 } });
    expect(await data.head("flights")).toBeUndefined();
  }));

test("another schema under the same name is refused with what differs; the same one again is not", () =>
  withData(async ({ data, folder }) => {
    await data.ingest(flights, rowsSource(rows(1, 100)));
    const changed = dataset("flights", {
      schema: schema.extend({ distance: z.number().min(10) }),
      eventTime: "at",
      checks,
    });
    const reopened = await openData(folder);
    await expect(reopened.data.ingest(changed, rowsSource(rows(2, 100)))).rejects.toThrowError(
      /definition\/conflict.*rules distance was .*greater_than/,
    );
    const same = dataset("flights", { schema, eventTime: "at", checks });
    expect((await reopened.data.ingest(same, rowsSource(rows(2, 100)))).outcome).toBe("committed");
    await reopened.close();
  }));

test("two writers at once: both batches are in, none is lost", () =>
  withData(async ({ data, folder }) => {
    const other = await openData(folder);
    const plain = dataset("plain", { schema, eventTime: "at" });
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? data : other.data).ingest(plain, rowsSource(rows(i, 50)))),
    );
    expect(results.map((result) => result.outcome)).toEqual(Array.from({ length: 6 }, () => "committed"));
    expect((await data.head("plain"))?.rows).toBe(300);
    expect(await data.versions("plain")).toHaveLength(6);
    await other.close();
  }));

test("an aborted ingest leaves everything as it was", () =>
  withData(async ({ data, ledger }) => {
    const stop = new AbortController();
    const source = rowsSource(
      (function* () {
        for (const [i, row] of rows(1, 1000).entries()) {
          if (i === 500) stop.abort(new Error("enough"));
          yield row;
        }
      })(),
    );
    await expect(data.ingest(flights, source, { signal: stop.signal })).rejects.toThrowError("enough");
    expect(await data.head("flights")).toBeUndefined();
    expect(await ledger.audit.verify()).toMatchObject({ events: 0 });
  }));

test("a commit on an outdated head is refused", () =>
  withData(async ({ data, repository }) => {
    const table = tableFromRows([{ at: 0, origin: "ATL", delay: 1, distance: 5 }], flights.columns);
    const first = await data.commit(flights, [table]);
    const tip = await repository.tip("flights");
    await data.commit(flights, [table]);
    const stale = await repository.prepare(flights, [table], { parent: first.digest, checks: [] });
    expect(await repository.publish([{ prepared: stale, expectedTip: tip?.id }])).toBe("head-moved");
    expect((await data.head("flights"))?.rows).toBe(2);
    await expect(data.commit(flights, [tableFromRows([{ at: 0 }], { at: flights.columns.at })])).rejects.toThrowError(
      /data\/missing-column/,
    );
  }));

test("a table read from one dataset can be ingested into another", () =>
  withData(async ({ data }) => {
    const first = await data.ingest(flights, rowsSource(rows(1, 100)));
    if (first.outcome !== "committed") return expect.fail(first.summary);
    const copy = dataset("copy", { schema, eventTime: "at" });
    const second = await data.ingest(copy, tableSource(await data.read(first.version.digest)));
    expect(second).toMatchObject({ outcome: "committed", rows: { accepted: 100 } });
  }));

test("columns of the source that the schema lacks are named, also when the batch comes again; a strict schema refuses them", () =>
  withData(async ({ data }) => {
    const csv = csvSource("at,shop,n,extra\n2001-01-01,A,1,x\n");
    const plain = dataset("plain", { schema: z.object({ at: z.date(), n: z.number() }), eventTime: "at" });
    const number = { tag: "f64", values: Float64Array.of(3.5) } as const;
    const shop = { tag: "utf8", values: Int32Array.of(0), dictionary: ["A"] } as const;
    const wide = makeTable({ at: { tag: "instant", values: Float64Array.of(5) }, shop, n: number, extra: number });
    const sources = [
      csv,
      rowsSource([
        { at: new Date(0), n: 1 },
        { at: new Date(1), n: 2, shop: "A", extra: 1 },
      ]),
      sqlSource("select timestamp '2001-03-01' as at, 'A' as shop, 3.0::double as n, 1 as extra"),
      arrowSource(tableToArrow(wide)),
    ];
    for (const source of sources) {
      for (const repeated of [false, true]) {
        const result = await data.ingest(plain, source);
        expect(result).toMatchObject({ outcome: "committed", repeated, ignoredColumns: ["shop", "extra"] });
        expect(result.summary).toContain("\n  ignored columns: shop, extra");
      }
    }
    const none = await data.ingest(plain, csvSource("at,n\n2001-01-02,1\n"));
    expect(none.ignoredColumns).toEqual([]);
    expect(none.summary).not.toContain("ignored");
    const strict = dataset("strict", { schema: z.strictObject({ at: z.date(), n: z.number() }), eventTime: "at" });
    for (const source of sources) {
      await expect(data.ingest(strict, source)).rejects.toThrowError(/data\/schema-mismatch.*shop, extra.*strict/s);
    }
    expect((await data.ingest(strict, csvSource("at,n\n2001-01-02,1\n"))).outcome).toBe("committed");
  }));

test("a missing column is told with the file's whole header, and with the delimiter where that is another", () =>
  withData(async ({ data }) => {
    const waits = dataset("waits", {
      schema: z.object({ placed: z.date(), wait: z.number(), shop: z.string() }),
      eventTime: "placed",
    });
    const refusal = async (content: string): Promise<unknown> =>
      data.ingest(waits, csvSource(content)).catch((error: unknown) => error);
    expect(await refusal("placed,wait,shpo\n2001-01-01,1,A\n")).toMatchObject({
      code: "data/missing-column",
      found: "the columns placed, wait, shpo",
      expected: 'a column "shop"',
    });
    expect(await refusal("placed;wait;shop\n2001-01-01;1;A\n")).toMatchObject({
      code: "data/missing-column",
      fix: expect.stringContaining('{ delimiter: ";" }'),
    });
    expect(await refusal("placed\twait\tshop\n2001-01-01\t1\tA\n")).toMatchObject({
      fix: expect.stringContaining('{ delimiter: "\\t" }'),
    });
  }));

test("a lost part is told with how to heal it, and ingesting its source again puts the same bytes back", () =>
  withData(async ({ data, blobs, repository }) => {
    const bad = { at: new Date(0), origin: "?", delay: 0, distance: 1 };
    const sources = [rowsSource([...rows(1, 100), bad]), rowsSource(rows(2, 100))];
    const options = { onFailure: "quarantine" } as const;
    for (const source of sources) expect((await data.ingest(flights, source, options)).outcome).toBe("committed");
    const [first, second] = sources;
    const head = await repository.headDigest("flights");
    const apart = await repository.headDigest("flights.quarantine");
    if (head === undefined || apart === undefined || first === undefined || second === undefined) return expect.fail();
    const before = [tableToRows(await data.read(head)), tableToRows(await data.read(apart))];
    for (const version of [head, apart])
      for (const part of (await repository.manifest(version)).parts)
        for (const chunk of part.columns) await blobs.delete(chunk.blob);
    const old = (await data.version(head)).parent;
    if (old === null) return expect.fail();
    for (const part of (await repository.manifest(old)).parts)
      for (const chunk of part.columns) await blobs.delete(chunk.blob);
    await expect(data.read(head)).rejects.toMatchObject({
      code: "blob/not-found",
      fix: expect.stringMatching(/Ingest the sources .* again, oldest first/),
    });
    // The second batch's rows share a part with the first one's last rows, which are missing still.
    const again = await data.ingest(flights, second, options);
    expect(again).toMatchObject({ repeated: true, restoredParts: 0, missingParts: 1 });
    expect(again.summary).toMatch(/missing parts: 1 of other batches/);
    expect(await data.ingest(flights, first, options)).toMatchObject({ restoredParts: 2, missingParts: 0 });
    const whole = await data.ingest(flights, second, options);
    expect(whole).toMatchObject({ repeated: true, restoredParts: 1, missingParts: 0 });
    expect(whole.summary).toMatch(/missing parts written again: 1\)/);
    expect([tableToRows(await data.read(head)), tableToRows(await data.read(apart))]).toEqual(before);
    expect(await data.ingest(flights, first, options)).toMatchObject({ restoredParts: 0, missingParts: 0 });
    expect(await repository.headDigest("flights")).toBe(head);
  }));

test("an option that is none of its choices is refused, and nothing is read", () =>
  withData(async ({ data }) => {
    for (const options of [{ onFailure: "quarantin" }, { mode: "add" }, { onRepeat: "again" }]) {
      const given: object = options;
      await expect(data.ingest(flights, rowsSource(rows(1, 10)), given)).rejects.toMatchObject({
        code: "argument/invalid",
        found: expect.stringContaining(Object.keys(options).join()),
      });
    }
    expect(await data.head("flights")).toBeUndefined();
  }));
