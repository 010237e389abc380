import { z } from "zod";
import { config } from "../../src/registry/content/config.ts";
import type { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { prompt } from "../../src/registry/content/prompt.ts";

declare const registry: ContentRegistry;

const triage = prompt("triage", { template: "{{ticket}} {{tries}}", variables: ["ticket", "tries"] });
const name: "triage" = triage.name;
const loaded = await registry.loadPrompt(triage);
loaded.render({ ticket: "x", tries: 3 });
// @ts-expect-error a variable is missing
loaded.render({ ticket: "x" });
// @ts-expect-error no variable of the prompt
loaded.render({ ticket: "x", tries: 3, other: 1 });

const limits = config("limits", { schema: z.object({ warnAt: z.number() }), value: { warnAt: 0.7 } });
const { value } = await registry.loadConfig(limits, "eu");
const warnAt: number = value.warnAt;
// @ts-expect-error no field of the config
const other: unknown = value.other;
// @ts-expect-error a value of another type than the schema's
config("limits", { schema: z.object({ warnAt: z.number() }), value: { warnAt: "high" } });

export const used: readonly unknown[] = [name, warnAt, other];
