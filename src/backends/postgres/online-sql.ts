/** Statements of the online store. `$1` is the view's name as bytes; doubles are answered as bytes, which no session setting rounds. */
export interface OnlineSql {
  /** Makes a view known; its number is answered by no statement, so that nothing is remembered that could go stale. Asks first: an insert that does nothing uses up a number too. */
  readonly addView: string;
  /** A row where the view is known. */
  readonly selectView: string;
  /** $2 keys, $3 event times, $4 known times, $5 bytes; no key twice. */
  readonly upsertRows: string;
  /** $2 keys. The ordinal of each found key with its row: event time, known time, bytes. */
  readonly selectRows: string;
  /** $2 keys, $3 event times, $4 ids, $5 known times, $6 records. The extent is widened by what was new. */
  readonly insertEvents: string;
  /** $2 keys, $3 the earliest event time. The records of each key that has any, and as number 0 the watermark of the same moment. */
  readonly selectEvents: string;
  /** $1 views as bytes, $2 keys. The place of the view and of the key with the record of the newest event; as key 0 each view's watermark of the same moment. */
  readonly selectNewest: string;
  /** The watermark, the oldest and the newest event time of the view. */
  readonly selectExtent: string;
  /** $2 the watermark, $3 the newest event time that there may be; answers with a row where it may be trimmed. */
  readonly raiseWatermark: string;
  /** $2 the instant, $3 whether to spare the newest known event, $4 the key after which to go on, null at the start. Answers with the last key looked at. */
  readonly trimKeys: string;
  /** Forgets some events of the view; answers with how many. */
  readonly dropEvents: string;
  /** Forgets some rows of the view; answers with how many. */
  readonly dropRows: string;
  /** Forgets the view's extent. */
  readonly dropExtent: string;
}

/** The statements for the tables of a schema, or of the connection's search path. */
export function onlineSql(schema: string | undefined): OnlineSql {
  const at = schema === undefined ? "" : `"${schema}".`;
  const viewId = `(select id from ${at}online_view where name = $1)`;
  const dropSome = (table: string): string => `
  with gone as (
    delete from ${at}${table} where ctid in (
      select ctid from ${at}${table} where view = ${viewId} limit 10000)
    returning 1)
  select count(*)::int as gone from gone`;
  return {
    addView: `
  insert into ${at}online_view (name) select $1 where not exists (select from ${at}online_view where name = $1)
  on conflict do nothing`,
    selectView: `select id from ${at}online_view where name = $1`,
    upsertRows: `
  insert into ${at}online_row (view, key, event_ms, known_ms, bytes)
  select ${viewId}, * from unnest($2::bytea[], $3::float8[], $4::float8[], $5::bytea[])
  on conflict (view, key) do update set event_ms = excluded.event_ms, known_ms = excluded.known_ms, bytes = excluded.bytes
  where (excluded.event_ms, excluded.known_ms) > (online_row.event_ms, online_row.known_ms)`,
    selectRows: `
  select q.at::int as at, float8send(r.event_ms) || float8send(r.known_ms) || r.bytes as packed
  from unnest($2::bytea[]) with ordinality as q (key, at)
  join ${at}online_row r on r.view = ${viewId} and r.key = q.key`,
    insertEvents: `
  with added as (
    insert into ${at}online_event (view, key, event_ms, id, known_ms, record)
    select ${viewId}, * from unnest($2::bytea[], $3::float8[], $4::int8[], $5::float8[], $6::bytea[])
    on conflict do nothing returning event_ms),
  widened as (
    insert into ${at}online_extent (view, oldest_ms, newest_ms)
    select ${viewId}, min(event_ms), max(event_ms) from added having count(*) > 0
    on conflict (view) do update set oldest_ms = least(online_extent.oldest_ms, excluded.oldest_ms),
      newest_ms = greatest(online_extent.newest_ms, excluded.newest_ms))
  select count(*)::int as added from added`,
    selectEvents: `
  select q.at::int as at, count(*)::int as count, string_agg(e.record, ''::bytea order by e.event_ms, e.id) as packed
  from unnest($2::bytea[]) with ordinality as q (key, at)
  join ${at}online_event e on e.view = ${viewId} and e.key = q.key and e.event_ms >= $3::float8
  group by q.at
  union all
  select 0, 0, (select float8send(kept_from_ms) from ${at}online_extent where view = ${viewId})`,
    selectNewest: `
  with views as (
    select v.id, w.place::int as place from unnest($1::bytea[]) with ordinality as w (name, place) join ${at}online_view v on v.name = w.name)
  select views.place, q.at::int as at, e.record as packed
  from views cross join unnest($2::bytea[]) with ordinality as q (key, at)
  cross join lateral (
    select record from ${at}online_event
    where view = views.id and key = q.key
      and event_ms = (select max(event_ms) from ${at}online_event where view = views.id and key = q.key)
    order by known_ms desc, id desc limit 1) e
  union all
  select views.place, 0, float8send(x.kept_from_ms) from views join ${at}online_extent x on x.view = views.id`,
    selectExtent: `
  select float8send(kept_from_ms) as "from", float8send(oldest_ms) as oldest, float8send(newest_ms) as newest
  from ${at}online_extent where view = ${viewId}`,
    raiseWatermark: `
  insert into ${at}online_extent (view, kept_from_ms, oldest_ms, newest_ms) values (${viewId}, $2::float8, 'infinity', '-infinity')
  on conflict (view) do update set kept_from_ms = greatest(online_extent.kept_from_ms, excluded.kept_from_ms)
  where online_extent.newest_ms <= $3::float8 returning view`,
    trimKeys: `
  with keys as (
    select distinct key from ${at}online_event where view = ${viewId} and ($4::bytea is null or key > $4::bytea) order by key limit 200),
  cuts as (
    select key, case when $3::boolean then (
        select event_ms from ${at}online_event e
        where e.view = ${viewId} and e.key = keys.key and e.event_ms < $2::float8 and e.known_ms <= $2::float8
        order by event_ms desc limit 1)
      else $2::float8 end as cut
    from keys),
  gone as (
    delete from ${at}online_event e using cuts
    where e.view = ${viewId} and e.key = cuts.key and e.event_ms < cuts.cut)
  select key from keys order by key desc limit 1`,
    dropEvents: dropSome("online_event"),
    dropRows: dropSome("online_row"),
    dropExtent: `delete from ${at}online_extent where view = ${viewId}`,
  };
}
