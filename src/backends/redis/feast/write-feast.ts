import { inGroups, type RedisArgument, type RedisSession } from "../redis-session.ts";
import { entityKey, featureField, timeField } from "./feast-names.ts";
import { encodeTime } from "./feast-time.ts";
import type { FeastKeyType, FeastRow, FeastTypes, FeastView } from "./feast-types.ts";
import { encodeValue } from "./feast-value.ts";
import { writeIfNewer } from "./write-if-newer.ts";

/** Writes rows of a view, a script an entity; nothing is sent before every row was encoded. */
export async function writeFeast<K extends FeastTypes<FeastKeyType>, F extends FeastTypes>(
  session: RedisSession,
  project: string,
  view: FeastView<K, F>,
  rows: readonly FeastRow<K, F>[],
  keyTtlSeconds: number | undefined,
): Promise<{ readonly written: number; readonly skipped: number }> {
  const names = Object.entries(view.features).map(([name, type]) => ({
    name,
    type,
    field: featureField(view.name, name),
  }));
  const commands = rows.map(({ key, eventTimeMs, values }, row) => {
    const given: { readonly [name: string]: unknown } = values;
    const set: RedisArgument[] = [];
    const removed: RedisArgument[] = [];
    for (const { name, type, field } of names) {
      const value = given[name];
      if (value === undefined) removed.push(field);
      else set.push(field, encodeValue(`feature "${view.name}:${name}" in row ${row}`, type, value));
    }
    const ttl = keyTtlSeconds === undefined ? "" : String(keyTtlSeconds);
    const head = [timeField(view.name), encodeTime(eventTimeMs), ttl, String(set.length / 2)];
    return { key: entityKey(project, view.keys, key), args: [...head, ...set, ...removed] };
  });
  let written = 0;
  await inGroups(
    commands,
    () => 1,
    async ({ key, args }) => {
      const reply = await session.bounded(() => session.run(writeIfNewer, [key], args));
      written += Number(reply);
    },
  );
  return { written, skipped: rows.length - written };
}
