import { expect, test } from "vitest";
import { compareDelivery, deliveryMarkdown } from "../../../src/workflows/delivery/compare-delivery.ts";
import { deliveryFigures } from "../../../src/workflows/delivery/delivery-figures.ts";
import { readBaseline } from "../../../src/workflows/delivery/manual-baseline.ts";
import { auditRecords } from "../../support/audit-records.ts";

const csv = `name,startedAt,deployedAt,rolledBack,detectHours,humanHours
"churn, spring",2024-01-01,2024-01-22,no,552,38
churn summer,2024-04-01,2024-05-06,yes,,40
fraud,2024-06-01,2024-06-15,false,400,
`;

const after = deliveryFigures(
  auditRecords(
    ...[1, 2, 3].flatMap((version) => [
      ["version.registered", `m@${version}`, version * 100] as const,
      [
        "version.promoted",
        `m@${version}`,
        version * 100 + 24 * version,
        { from: "candidate", to: "production" },
      ] as const,
    ]),
  ),
);

test("the last three deployments, by hand, are the column before; the change is computed from the medians", () => {
  const table = compareDelivery(after, readBaseline(csv));
  const lead = table.changes.find(({ figure }) => figure.startsWith("Lead time"));
  // Three, five and two weeks, before; one, two and three days, after: −90%.
  expect(lead).toMatchObject({ before: 504, after: 48, difference: -456, changeText: "−90%" });
  expect(lead?.beforeText).toBe("p50 21d (3 cases: p90 needs 10)");
  expect(table.changes.find(({ figure }) => figure === "Time to detect degradation")).toMatchObject({
    before: null,
    beforeText: "not enough (2 cases: p50 needs 3, p90 needs 10)",
    after: null,
    changeText: "–",
  });
  expect(table.changes.find(({ figure }) => figure === "Versions rolled back")).toMatchObject({
    before: 1 / 3,
    after: 0,
    changeText: "−33.3 points",
  });
  const markdown = deliveryMarkdown(table);
  expect(markdown.split("\n")).toHaveLength(2 + table.changes.length);
  expect(markdown).toContain("| Lead time, registered → production | p50 21d (3 cases: p90 needs 10) | p50 2d");
  expect(String(table)).toContain("−90%");
});

test("without a baseline nothing is made up for the column before", () => {
  const { changes } = compareDelivery(after, null);
  expect(changes.map(({ before, beforeText, difference }) => [before, beforeText, difference])).toEqual(
    changes.map(() => [null, "not recorded", null]),
  );
});

test("hours of work that people remember and hours of recorded acts stand beside each other, not compared", () => {
  const table = compareDelivery(after, readBaseline("name,humanHours\na,40\nb,35\nc,61"));
  const human = table.changes.find(({ figure }) => figure === "Human hours a deployment");
  expect(human).toMatchObject({ before: 40, difference: null, changeText: "–" });
  expect(human?.after).toBeGreaterThan(0);
  expect(human?.beforeText).toBe("40 h remembered, at the median (3 cases)");
  expect(human?.afterText).toMatch(/^0\.\d+ h of recorded acts, at the mean$/);
  const note =
    /\nHuman hours a deployment: not compared: before is all the work that people remember, after the acts on record/;
  expect(String(table)).toMatch(note);
  expect(deliveryMarkdown(table)).toMatch(note);
  expect(String(compareDelivery(after, null))).not.toContain("not compared");
});

test("JSON says the same as CSV", () => {
  const json = JSON.stringify({
    schema: 1,
    deployments: readBaseline(csv).deployments,
    models: { made: 9, inProduction: 3 },
  });
  const read = readBaseline(json);
  expect(read.deployments).toEqual(readBaseline(csv).deployments);
  expect(read.deployments[0]).toEqual({
    name: "churn, spring",
    leadTimeHours: 504,
    deployedMs: Date.UTC(2024, 0, 22),
    rolledBack: false,
    detectHours: 552,
    humanHours: 38,
  });
  const sustained = compareDelivery(after, read).changes.find(({ figure }) => figure.includes("sustained"));
  expect(sustained?.before).toBe(1 / 3);
});

test.each([
  ["", "no deployments"],
  ["{", "no JSON"],
  ['{"deployments":[{"name":"a"}]}', "schema undefined"],
  ['{"schema":1,"deployments":[],"more":1}', '"more"'],
  ['{"schema":1,"deployments":[{"name":"a","hours":1}]}', '"hours" of a'],
  ['{"schema":1,"deployments":[{"name":"a","leadTimeHours":-1}]}', "-1 for leadTimeHours of a"],
  ['{"schema":1,"deployments":[{"name":"a"}],"models":{"made":1,"inProduction":2}}', "models"],
  ["name,leadTimeHours\na", "1 cells in line 2"],
  ["name,leadTimeHours\na,three weeks", '"three weeks" for leadTimeHours of a'],
  ["name,startedAt,deployedAt\na,2024-02-01,2024-01-01", "deployed before it was started"],
  ["name,deployedAt\na,01/02/2024", '"01/02/2024" for deployedAt of a'],
])("a baseline that is none is refused, and the place is named: %j", (text, found) => {
  expect(() => readBaseline(text)).toThrow(found);
});
