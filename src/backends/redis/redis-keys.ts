import { SluiceError } from "../../core/errors.ts";

/** The names of what is stored of a view and of its entities. */
export interface RedisKeys {
  /** The latest rows of entities. */
  rows(view: string, keys: readonly string[]): string[];
  /** An entity's event ids, sorted by event time. */
  times(view: string, key: string): string;
  /** An entity's events by id. */
  events(view: string, key: string): string;
  /** An entity's newest event. */
  newest(view: string, key: string): string;
  /** The newest events of entities. */
  newestOf(view: string, keys: readonly string[]): string[];
  /** To which entities ids of a view belong: one of the hashes that they are divided into. */
  ids(view: string, bucket: number): string;
  /** A view's oldest and newest event time and its watermark. */
  extent(view: string): string;
  /** The keys of the entities that a view may hold events of. */
  entities(view: string): string;
  /** The keys of the entities that a view may hold latest rows of. */
  rowEntities(view: string): string;
}

/**
 * Names under a prefix. What is in braces decides the slot of Redis Cluster: all that one entity has lies in one, whatever the view, and all that is
 * told of a view as a whole lies in one. The dot keeps a tag from being empty, which Redis would not take for one. A view's name is encoded, so that two
 * pairs of view and entity never have one name.
 */
export function redisKeys(prefix: string): RedisKeys {
  if (/[{}]/.test(prefix)) {
    throw new SluiceError("argument/invalid", {
      found: `the prefix ${JSON.stringify(prefix)}`,
      expected: "a prefix without braces, which say in Redis Cluster where a key lies",
      fix: "Choose a plain one.",
    });
  }
  const ofEntity =
    (kind: string) =>
    (view: string, key: string): string =>
      `${prefix}${kind}:${encodeURIComponent(view)}:{.${key}}`;
  const ofEntities =
    (kind: string) =>
    (view: string, keys: readonly string[]): string[] => {
      const start = `${prefix}${kind}:${encodeURIComponent(view)}:{.`;
      return keys.map((key) => `${start}${key}}`);
    };
  const ofView =
    (kind: string) =>
    (view: string): string =>
      `${prefix}${kind}:{${encodeURIComponent(view)}}`;
  return {
    rows: ofEntities("row"),
    times: ofEntity("times"),
    events: ofEntity("events1"), // the digits are the format of the records; a row tells its own
    newest: ofEntity("newest1"),
    newestOf: ofEntities("newest1"),
    ids: (view, bucket) => `${prefix}ids:{${encodeURIComponent(view)}:${bucket}}`,
    extent: ofView("extent"),
    entities: ofView("entities"),
    rowEntities: ofView("rows"),
  };
}
