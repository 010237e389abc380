import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { auditKinds } from "../../src/ledger/audit-kinds.ts";
import { gateKinds } from "../../src/registry/policy/gate-kinds.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the guide's page of errors lists every code, in order, and no other", () => {
  const union = read("src/core/errors.ts").split("export type SluiceErrorCode")[1]?.split(";")[0] ?? "";
  const codes = [...union.matchAll(/"([a-z-]+\/[a-z-]+)"/g)].map((match) => match[1] ?? "");
  const listed = [...read("docs/guide/errors.md").matchAll(/^\| `([a-z-]+\/[a-z-]+)` \|/gm)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(50);
  expect(listed).toEqual(codes.sort());
});

test("the guide's page of the audit log lists every kind of event", () => {
  const page = read("docs/guide/audit.md");
  expect(auditKinds.filter((kind) => !page.includes(`\`${kind}\``))).toEqual([]);
});

test("the guide's page of gates lists every gate that policies can name", () => {
  const page = read("docs/guide/registry-and-gates.md");
  expect([...gateKinds.keys()].filter((gate) => !new RegExp(`^\\|.*\`${gate}[(\`]`, "m").test(page))).toEqual([]);
});
