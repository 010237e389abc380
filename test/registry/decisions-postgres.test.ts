import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { oidcIdentity } from "../../src/registry/approvals/oidc-identity.ts";
import { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { prompt } from "../../src/registry/content/prompt.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { VersionCatalog } from "../../src/registry/search/version-catalog.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { laxPolicy, makeChampion, openRegistry } from "./registry-fixture.ts";
import { claimsOf, issuer, providerKey, signed } from "./tokens.ts";

const request = { actor: "ada", reason: "test" };

describePostgres("aliases, deprecations, cards, tokens, prompts and searches on Postgres", (server) => {
  test("as on SQLite", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    pool.on("error", () => undefined);
    const policy = {
      ...laxPolicy,
      aliases: { eu: { stage: "staging" as const, gates: [], approvals: 0 } },
      breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 },
    };
    const fixture = await openRegistry({ policy, metadata: postgresMetadata({ pool, schema: "registry_decisions" }) });
    try {
      const key = providerKey("ES256", "k");
      const { clock, options } = fixture;
      const identity = oidcIdentity({ issuer, audience: "sluice", jwks: { keys: [key.jwk] }, clock });
      await makeChampion(fixture, await fixture.registerSkill(0.8));
      const second = await fixture.registerSkill(1);
      const registry = new ModelRegistry({ ...options, identity });
      expect((await registry.alias({ name: "delay", version: 1 }, "eu", request)).outcome).toBe("promoted");
      expect((await registry.load("delay", "eu")).version.version).toBe(1);
      await registry.deprecate(second, { ...request, replacedBy: 1 });
      await registry.reinstate(second, request);
      await registry.writeCard(second, { owner: "ops" }, { author: "ada" });
      const token = signed(key, claimsOf("olga", ["on-call", "owner"], clock.nowMs()));
      const by = { actor: "olga", reason: "fire", role: "on-call", expiresIn: "1h", token };
      expect((await registry.breakGlass(second, "production", by)).outcome).toBe("promoted");
      await expect(
        registry.approve(second, "production", { token, role: "owner", comment: "the token again" }),
      ).rejects.toThrow(/approved something else/);
      const fresh = signed(key, claimsOf("olga", ["on-call", "owner"], clock.nowMs() - 1000));
      const approval = { token: fresh, role: "owner", comment: "it was right" };
      await registry.approve(second, "production", approval);
      await expect(registry.approve({ name: "delay", version: 1 }, "production", approval)).rejects.toThrow(
        /approved something else/,
      );
      expect(await registry.revokeApproval(second, "production", { ...request, approver: "olga" })).toBe(1);
      const content = new ContentRegistry({ ...options, source: registry });
      for (let i = 0; i < 5; i++)
        await content.registerContent(prompt(`Prompt-${i % 2}`, { template: `text ${i}` }), {
          author: "eve",
          tags: { team: "é" },
        });
      const catalog = new VersionCatalog(options);
      const first = await catalog.search({ tag: { name: "team", value: "é" }, limit: 3 });
      const rest = await catalog.search({ tag: { name: "team", value: "é" }, after: String(first.next) });
      expect([...first.versions, ...rest.versions].map(({ model, version }) => `${model}@${version}`).sort()).toEqual([
        "Prompt-0@1",
        "Prompt-0@2",
        "Prompt-0@3",
        "Prompt-1@1",
        "Prompt-1@2",
      ]);
      expect((await catalog.search({ owner: "ops" })).versions).toMatchObject([{ model: "delay", version: 2 }]);
      expect((await catalog.search({ metric: { name: "auc", atLeast: 0 } })).versions).toHaveLength(2);
      expect((await catalog.models({ limit: 2 })).models.map(({ name }) => name)).toEqual(["Prompt-0", "Prompt-1"]);
      expect(String(await catalog.diff({ name: "delay", version: 1 }, second))).toContain("card owner");
      clock.advance(3_600_000);
      await expect(registry.champion("delay")).rejects.toMatchObject({ code: "certificate/expired" });
      expect(await fixture.ledger.audit.verify()).toMatchObject({ valid: true });
    } finally {
      await fixture.close();
      await pool.end();
    }
  });
});
