import { deepStrictEqual } from "node:assert";
import { inspect } from "node:util";
import { afterEach, expect, test } from "vitest";
import { AuditTrail } from "../../src/ledger/trail/audit-trail.ts";
import { defaultContentPolicy } from "../../src/registry/policy/default-content-policy.ts";
import { defaultPolicy } from "../../src/registry/policy/default-policy.ts";
import { policyFromJson, policyToJson } from "../../src/registry/policy/policy-json.ts";
import { laxPolicy, openRegistry, type RegistryFixture } from "./registry-fixture.ts";

// What `console.log` shows of the records that the registry and the log hand out; as data they are what they were.

let open: RegistryFixture | undefined;
afterEach(async () => await open?.close());

/** What is printed: what `String()` gives, hiding nothing; keys, JSON and equality are those of the data alone. */
function printed(value: object): string {
  const text = inspect(value);
  expect(String(value)).toBe(text);
  expect(text).not.toMatch(/\[(?:Object|Array|Function)|undefined|NaN/);
  const data: object = JSON.parse(JSON.stringify(value));
  expect(Reflect.ownKeys(data)).toEqual(Object.keys(value));
  deepStrictEqual(structuredClone(value), data);
  deepStrictEqual(value, data);
  return text;
}

const request = { actor: "ada", reason: "test" };

test("a version prints where it stands and what it was made from: registered, read, promoted, in a list", async () => {
  open = await openRegistry();
  const { registry } = open;
  const version = await open.registerSkill(1);
  const lines = printed(version).split("\n");
  expect(lines[0]).toBe('delay@1 in "registered", by ada');
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^ {2}artifact {4}sluice-linear, 1 file, \d+ bytes, sha256:[0-9a-f]{12}…$/),
    "  features    delay-v1, 2 in the vector",
    '  run         run-1-0 of "delay"',
    expect.stringMatching(/^ {2}trained {5}on 600 rows, training set sha256:[0-9a-f]{12}…$/),
    expect.stringMatching(/^ {2}evaluation {2}sha256:[0-9a-f]{12}…$/),
    "  registered  2001-09-09T01:46:40.000Z",
  ]);
  expect(printed(await registry.version("delay", 1))).toBe(lines.join("\n"));
  expect(printed(await open.registerSkill(1))).toBe(lines.join("\n"));
  const result = await registry.promote(version, "staging", request);
  expect(printed(result.version)).toContain('delay@1 in "staging", by ada\n');
  for (const listed of await registry.versions("delay")) expect(printed(listed)).toBe(printed(result.version));
});

test("a run's reference prints what it was made from, that of a version too", async () => {
  open = await openRegistry();
  const { run } = await open.registerSkill(1);
  const text = printed(run);
  expect(text).toMatch(
    /^run run-1-0 of "delay"\n {2}code +sha256:[0-9a-f]{12}…\n {2}trained +on 600 rows of delay-v1, training set sha256:[0-9a-f]{12}…\n {2}sources +flights sha256:[0-9a-f]{12}…$/,
  );
  expect(printed((await open.registry.version("delay", 1)).run)).toBe(text);
});

test("an approval prints who approved what and for how long, given and counted", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  const approval = await open.registry.approve(version, "staging", {
    approver: "grace",
    role: "owner",
    comment: "ok\n",
  });
  expect(printed(approval).split("\n")).toEqual([
    'approved by grace (owner), as stated, verified by nobody: "ok\\n"',
    expect.stringMatching(/^ {2}evidence {2}sha256:[0-9a-f]{12}…: other evidence voids it$/),
    "  counts    from 2001-09-09T01:46:40.000Z until 2001-09-16T01:46:40.000Z",
  ]);
  const [given] = (await open.registry.explain(version, "staging")).approvals.given;
  expect(given && printed(given)).toBe(printed(approval));
});

test("a checkpoint prints what it says of the log", async () => {
  open = await openRegistry();
  await open.registerSkill(1);
  const trail = new AuditTrail(open.options);
  const checkpoint = await trail.checkpoint();
  if (checkpoint === undefined) throw new Error("a checkpoint expected");
  const text = printed(checkpoint);
  expect(text).toMatch(
    /^checkpoint sha256:[0-9a-f]{12}… of \d+ events?, 2001-09-09T01:46:40.000Z\n {2}log +sha256:\S+, up to sha256:\S+, Merkle root sha256:\S+\n {2}follows {2}none: the first\n {2}signed {3}by key \S+$/,
  );
  expect((await trail.checkpoints()).map(printed)).toEqual([text]);
});

test("a model card prints what was written, and what nobody has written", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  const parts = { owner: "ops", licences: ["MIT", "CC0-1.0"], notes: { Snow: "never\ntried" } };
  const card = await open.registry.writeCard(version, parts, { author: "ada" });
  expect(printed(card).split("\n")).toEqual([
    "card 1 of delay@1, by ada, 2001-09-09T01:46:40.000Z",
    "  Owner     ops",
    "  Licences  MIT, CC0-1.0",
    '  Snow      "never\\ntried"',
    "  missing   intendedUse, outOfScope, limits, ethics, contacts: a person must write them",
  ]);
  const read = await open.registry.card(version);
  expect(read && printed(read)).toBe(printed(card));
});

test("a policy prints what each transition asks for: the default ones, one from JSON, one with roles and aliases", () => {
  const shown = (policy: object): string => {
    expect(String(policy)).toBe(inspect(policy));
    return inspect(policy);
  };
  expect(shown(defaultPolicy({ metric: "auc", threshold: { atLeast: 0.65 } }))).toBe(
    [
      'policy "default"',
      "  staging     signatureMatches, lineageComplete, dataValidated; no approval",
      "  candidate   signatureMatches, lineageComplete, dataValidated, threshold:auc, beatsChampion:auc; no approval",
      "  production  signatureMatches, lineageComplete, dataValidated, threshold:auc, beatsChampion:auc, rolloutEvidence; 1 approval",
      "  archived    no gate; no approval",
    ].join("\n"),
  );
  expect(shown(defaultContentPolicy())).toContain("\n  production  contentSound; 1 approval\n");
  expect(shown(policyFromJson(policyToJson(laxPolicy)))).toBe(shown(laxPolicy));
  const strict = policyFromJson({
    schema: 1,
    name: "strict",
    version: "2026-11",
    transitions: { archived: { approvals: 2, roles: { risk: 2, owner: 1 }, identity: "verified", gates: [] } },
    aliases: { eu: { stage: "candidate", approvals: 0, gates: [{ gate: "dataValidated" }] } },
    breakGlass: { roles: ["on-call"], maxDurationMs: 14_400_000 },
  });
  expect(shown(strict).split("\n")).toEqual([
    'policy "strict", version 2026-11',
    "  archived     no gate; 3 approvals (1 as owner, 2 as risk), approvers verified",
    "  alias eu     from candidate on; dataValidated; no approval",
    "  break-glass  by on-call, for 4h at most",
  ]);
});
