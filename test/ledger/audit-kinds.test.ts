import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isSluiceError } from "../../src/core/errors.ts";
import { auditKinds } from "../../src/ledger/audit-kinds.ts";
import { openWorkspace } from "../../src/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const schema: unknown = JSON.parse(
  readFileSync(new URL("../../schemas/audit-record.schema.json", import.meta.url), "utf8"),
);

/** Every kind that a schema names, wherever in it. */
function kindsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const kind: unknown = Object(Object(value).properties).kind;
  const named = [Object(kind).const, ...(Object(kind).enum ?? [])].filter((one) => typeof one === "string");
  return [...named, ...Object.values(value).flatMap(kindsIn)];
}

test("the kinds that a search knows are those of the published schema", () => {
  expect([...auditKinds].sort()).toEqual([...new Set(kindsIn(schema))].sort());
});

test("a search for a kind that nothing records is refused, and answered with the nearest one", async () => {
  await using ws = await openWorkspace({ path: temporaryFolder() });
  await ws.audit.record({ kind: "host.looked", subject: "delay", actor: "ada", body: {} });
  const said = async (kind: unknown): Promise<string> => {
    try {
      const { records } = await ws.audit.search({ kind } as Parameters<typeof ws.audit.search>[0]);
      return `${records.length} found`;
    } catch (error) {
      if (isSluiceError(error)) return `${error.code}: ${error.found} | ${error.fix}`;
      throw error;
    }
  };
  expect(await said("version.promotd")).toBe(
    'argument/invalid: the kind "version.promotd" of audit events | Did you mean "version.promoted"?',
  );
  expect(await said(["version.promoted", "gate.refuse"])).toContain('Did you mean "gate.refused"?');
  expect(await said("zzz")).toContain("Name one of these.");
  expect(await said(5)).toContain("the kind 5 of audit events");
  expect(await said("version.promoted")).toBe("0 found");
  expect(await said(["host.looked", "gate.refused"])).toBe("1 found");
  expect(await said("host.other")).toBe("0 found");
  expect(await said(undefined)).toBe("1 found");
});
