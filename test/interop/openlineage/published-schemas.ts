import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

/** Judges events by the published JSON schemas: the event's own and, by its `_schemaURL`, that of every facet in it. */
export function publishedFaults(folder: string, event: unknown): readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat("date-time", (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)));
  ajv.addFormat("uri", (text: string) => URL.canParse(text));
  ajv.addFormat("uuid", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
  const files = readdirSync(`${folder}/facets`).filter((name) => name.endsWith(".json"));
  for (const path of ["OpenLineage.json", ...files.map((name) => `facets/${name}`)]) {
    ajv.addSchema(JSON.parse(readFileSync(`${folder}/${path}`, "utf8")));
  }
  const faults: string[] = [];
  const judge = (url: string, value: unknown): void => {
    const valid = ajv.getSchema(url);
    if (valid === undefined) faults.push(`no published schema ${url}`);
    else if (valid(value) !== true) faults.push(`${url}: ${ajv.errorsText(valid.errors)}`);
  };
  const facetsIn = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("_schemaURL" in value) judge(String(value._schemaURL), value);
    for (const each of Object.values(value)) facetsIn(each);
  };
  judge("https://openlineage.io/spec/2-0-2/OpenLineage.json", event);
  judge((event as { schemaURL: string }).schemaURL, event);
  facetsIn(event);
  return faults;
}
