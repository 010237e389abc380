import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What is judged: an event, or a request or answer as a model of lakeFS's client. */
export type Sent =
  | { readonly tool: "openlineage"; readonly event: unknown }
  | { readonly tool: "lakefs"; readonly model: string; readonly body: unknown };

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const own = path("../../.servers/bin/python");
const python = [...(existsSync(own) ? [own] : []), "python3"].find(
  (each) => spawnSync(each, ["-c", "import lakefs_sdk, openlineage.client.event_v2"]).status === 0,
);

/** Whether the published clients are installed; where servers are required, they are too. */
export const hasPublishedClients: boolean = python !== undefined || process.env["SLUICE_REQUIRE_SERVERS"] === "1";

/** The faults that the models of the tools' own published Python clients find. */
export function publishedClientFaults(sent: readonly Sent[]): unknown {
  if (python === undefined)
    throw new Error(
      "install the published clients: python3 -m venv .servers && .servers/bin/pip install -r test/support/published-clients.requirements.txt",
    );
  const judged = spawnSync(python, [path("../support/published-clients.py")], {
    input: JSON.stringify(sent),
    encoding: "utf8",
  });
  if (judged.status !== 0) throw new Error(judged.stderr);
  return JSON.parse(judged.stdout);
}
