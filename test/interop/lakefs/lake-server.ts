import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { LakeFsApi } from "./api.ts";

type Objects = ReadonlyMap<string, Buffer>;
interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly metadata: object;
  readonly objects: Objects;
}
interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** A small server that answers as lakeFS's API describes, with real branches, commits and conditional uploads; no lakeFS runs here. */
export async function startLakeServer() {
  const api = new LakeFsApi();
  const commits = new Map<string, Commit>();
  const branches = new Map<string, { commit: string; staged: Map<string, Buffer> }>();
  const tags = new Map<string, string>();
  const asked: string[] = [];
  const settings = { maxPage: 2, refuse: undefined as string | undefined };
  const md5 = (bytes: Buffer | string): string => createHash("md5").update(bytes).digest("hex");
  const put = (commit: Omit<Commit, "id">): string => {
    const id = md5(JSON.stringify([commit.parents, commit.message, commits.size]));
    commits.set(id, { id, ...commit });
    return id;
  };
  branches.set("main", {
    commit: put({ parents: [], message: "Repository created", metadata: {}, objects: new Map() }),
    staged: new Map(),
  });

  const commitAt = (ref: string): Commit | undefined => commits.get(branches.get(ref)?.commit ?? tags.get(ref) ?? ref);
  const objectsAt = (ref: string): Objects | undefined => branches.get(ref)?.staged ?? commitAt(ref)?.objects;
  const error = (status: number, message: string): Answer => ({ status, body: { message } });
  const statOf = (path: string, bytes: Buffer) => ({
    path,
    path_type: "object",
    checksum: md5(bytes),
    physical_address: `mem://${md5(bytes)}`,
    mtime: 1_700_000_000,
    size_bytes: bytes.length,
  });
  const commitBody = ({ id, parents, message, metadata }: Commit) => ({
    id,
    parents,
    committer: "tester",
    message,
    creation_date: 1_700_000_000,
    meta_range_id: id,
    metadata,
  });
  const page = <T>(items: readonly (readonly [string, T])[], query: URLSearchParams): Answer => {
    const after = query.get("after");
    const from = after === null ? 0 : items.findIndex(([key]) => key === after) + 1;
    const results = items.slice(from, from + settings.maxPage);
    const has_more = from + results.length < items.length;
    const next_offset = has_more ? (results.at(-1)?.[0] ?? "") : "";
    const pagination = { has_more, next_offset, results: results.length, max_per_page: settings.maxPage };
    return { status: 200, body: { pagination, results: results.map(([, item]) => item) } };
  };
  const byName = <T>(items: Iterable<readonly [string, T]>) => [...items].sort(([a], [b]) => (a < b ? -1 : 1));
  const ancestors = (ref: string): Commit[] => {
    const found: Commit[] = [];
    for (let at = commitAt(ref); at !== undefined; at = commits.get(at.parents[0] ?? "")) found.push(at);
    return found;
  };
  const changes = (base: Objects, other: Objects) =>
    byName(new Map([...base, ...other])).flatMap(([path]) => {
      const [left, right] = [base.get(path), other.get(path)];
      if (left !== undefined && right?.equals(left) === true) return [];
      const type = left === undefined ? "added" : right === undefined ? "removed" : "changed";
      return [[path, { type, path, path_type: "object", size_bytes: (right ?? left)?.length ?? 0 }] as const];
    });
  const baseOf = (a: string, b: string): Commit | undefined => {
    const others = new Set(ancestors(b).map(({ id }) => id));
    return ancestors(a).find(({ id }) => others.has(id));
  };

  const answer = (
    name: string,
    [a = "", b = ""]: readonly string[],
    query: URLSearchParams,
    bytes: Buffer,
    headers: { readonly [name: string]: string | string[] | undefined },
  ): Answer => {
    const json = name.startsWith("POST") && !name.endsWith("/objects") ? JSON.parse(bytes.toString()) : {};
    const path = query.get("path") ?? "";
    const prefix = query.get("prefix") ?? "";
    const branch = branches.get(a);
    switch (name) {
      case "GET /branches":
        return page(byName([...branches].map(([id, { commit }]) => [id, { id, commit_id: commit }])), query);
      case "GET /branches/{branch}":
        return branch ? { status: 200, body: { id: a, commit_id: branch.commit } } : error(404, "not found");
      case "POST /branches": {
        const source = commitAt(json.source);
        if (branches.has(json.name)) return error(409, "branch already exists");
        if (source === undefined) return error(404, "source not found");
        branches.set(json.name, { commit: source.id, staged: new Map(source.objects) });
        return { status: 201, body: Buffer.from(source.id) };
      }
      case "DELETE /branches/{branch}":
        return branches.delete(a) ? { status: 204 } : error(404, "branch not found");
      case "GET /tags":
        return page(byName([...tags].map(([id, commit_id]) => [id, { id, commit_id }])), query);
      case "POST /tags":
        if (tags.has(json.id)) return error(409, "tag already exists");
        tags.set(json.id, commitAt(json.ref)?.id ?? "");
        return { status: 201, body: { id: json.id, commit_id: tags.get(json.id) } };
      case "POST /branches/{branch}/commits": {
        if (branch === undefined) return error(404, "branch not found");
        if (settings.refuse !== undefined) return error(412, settings.refuse);
        const changed = changes(commits.get(branch.commit)?.objects ?? new Map(), branch.staged).length > 0;
        if (!changed && json.allow_empty !== true) return error(400, "commit: no changes");
        branch.commit = put({ parents: [branch.commit], ...json, objects: new Map(branch.staged) });
        return { status: 201, body: commitBody(commits.get(branch.commit) as Commit) };
      }
      case "GET /refs/{ref}/commits":
        return commitAt(a)
          ? page(
              ancestors(a).map((each) => [each.id, commitBody(each)]),
              query,
            )
          : error(404, "not found");
      case "GET /refs/{leftRef}/diff/{rightRef}": {
        const [base, right] = [baseOf(a, b), commitAt(b)];
        return base && right ? page(changes(base.objects, right.objects), query) : error(404, "not found");
      }
      case "POST /refs/{sourceRef}/merge/{destinationBranch}": {
        const [base, source, into] = [baseOf(a, b), commitAt(a), branches.get(b)];
        if (base === undefined || source === undefined || into === undefined) return error(404, "not found");
        if (settings.refuse !== undefined) return error(412, settings.refuse);
        const ours = new Map(changes(base.objects, into.staged));
        const theirs = changes(base.objects, source.objects);
        if (json.strategy === undefined && theirs.some(([each]) => ours.has(each)))
          return { status: 409, body: { reference: "" } };
        for (const [each] of theirs) {
          if (ours.has(each) && json.strategy === "dest-wins") continue;
          const bytesThere = source.objects.get(each);
          if (bytesThere === undefined) into.staged.delete(each);
          else into.staged.set(each, bytesThere);
        }
        const parents = [into.commit, source.id];
        into.commit = put({ parents, message: json.message ?? "merge", metadata: {}, objects: new Map(into.staged) });
        return { status: 200, body: { reference: into.commit } };
      }
      case "POST /branches/{branch}/objects": {
        if (branch === undefined) return error(404, "branch not found");
        const there = branch.staged.get(path);
        const wrong = headers["if-match"] !== undefined && (there === undefined || md5(there) !== headers["if-match"]);
        if (wrong || (headers["if-none-match"] === "*" && there !== undefined))
          return error(412, "precondition failed");
        branch.staged.set(path, bytes);
        return { status: 201, body: statOf(path, bytes) };
      }
      case "DELETE /branches/{branch}/objects":
        return branch?.staged.delete(path) === true ? { status: 204 } : error(404, "not found");
      case "GET /refs/{ref}/objects/ls": {
        const there = byName(objectsAt(a) ?? new Map<string, Buffer>()).filter(([each]) => each.startsWith(prefix));
        return page(
          there.map(([each, content]) => [each, statOf(each, content)]),
          query,
        );
      }
      default: {
        const content = objectsAt(a)?.get(path);
        if (content === undefined) return error(404, "not found");
        return { status: 200, body: name.endsWith("stat") ? statOf(path, content) : content };
      }
    }
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "", "http://localhost");
      const match = api.match(request.method ?? "", url.pathname);
      asked.push(`${request.method} ${url.pathname}`);
      if (request.headers.authorization !== `Basic ${Buffer.from("id:secret").toString("base64")}`) {
        response.writeHead(401).end(JSON.stringify({ message: "error authenticating request" }));
        return;
      }
      if (match === undefined) {
        api.faults.push(`no operation ${request.method} ${url.pathname}`);
        response.writeHead(500).end();
        return;
      }
      const bytes = Buffer.concat(chunks);
      api.request(match.name, [...url.searchParams.keys()], bytes);
      const { status, body } = answer(match.name, match.params, url.searchParams, bytes, request.headers);
      const sent = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? "" : JSON.stringify(body));
      api.answer(match.name, status, sent);
      response.writeHead(status).end(sent);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: api.faults,
    sent: api.sent,
    asked,
    settings,
    close: () => new Promise((resolve) => void server.close(resolve)),
  };
}
