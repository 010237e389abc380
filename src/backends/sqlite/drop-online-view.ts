import { setImmediate } from "node:timers/promises";
import type { OnlineFile } from "./online-file.ts";
import { raiseWatermark } from "./trim-online-events.ts";

/** Events or rows forgotten in one transaction: a few milliseconds, between which the event loop and other processes go on. */
const chunk = 2000;

/** Forgets all of a view in short transactions: first that it is whole, last that it ever was. */
export async function dropOnlineView(file: OnlineFile, name: string, signal: AbortSignal | undefined): Promise<void> {
  const view = await file.read(() => file.viewIfKnown(name), signal);
  if (view === undefined) return;
  await file.write(() => raiseWatermark(file, view, Number.POSITIVE_INFINITY), signal);
  const forget = [
    `delete from online_event where view = ? and (key, event_ms, id) in (
       select key, event_ms, id from online_event where view = ? limit ${chunk})`,
    `delete from online_newest where view = ? and key in (select key from online_newest where view = ? limit ${chunk})`,
    `delete from online_row where view = ? and key in (select key from online_row where view = ? limit ${chunk})`,
  ];
  for (const sql of forget) {
    for (let gone = chunk; gone === chunk; ) {
      gone = await file.write(() => Number(file.statement(sql).run(view, view).changes), signal);
      await setImmediate();
    }
  }
  await file.write(() => {
    file.statement("delete from online_extent where view = ?").run(view);
  }, signal);
}
