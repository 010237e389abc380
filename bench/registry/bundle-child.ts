import { join } from "node:path";
import { openWorkspace } from "../../src/index.ts";
import { openRegistry } from "../../test/registry/registry-fixture.ts";
import { signingIn } from "../../test/support/signing.ts";

// A certified version that leaves one workspace, or comes into another, in a process of its own: how far its resident set grows beyond what it was before.

const [how = "", origin = "", there = "", path = ""] = process.argv.slice(2);
const by = { actor: "ada", reason: "bench" };
const fixture = await openRegistry({ folder: how === "export" ? origin : there, keep: true });
const { metadata, options } = fixture;
const { blobs, signer, verifier, clock } = options;
const ws = await openWorkspace({ path: join(fixture.folder, "ws"), metadata, blobs, signer, verifier, clock });
await ws.registry.versions("delay");
const before = process.resourceUsage().maxRSS;
const begun = performance.now();
if (how === "export") await ws.registry.export({ name: "delay", version: 1 }, path, by);
else await ws.registry.import(path, { ...by, trust: signingIn(origin).verifier });
const ms = performance.now() - begun;
console.log(JSON.stringify({ ms, grownKib: process.resourceUsage().maxRSS - before, baseKib: before }));
await ws.close();
await fixture.close();
