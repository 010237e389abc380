import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FeastHandler } from "../src/interop/feast/index.ts";
import { withReports } from "../test/interop/feast/reports.ts";
import { startRedis } from "../test/support/start-redis.ts";
import { root } from "./entries.ts";

// `node scripts/record-feast.ts` makes test/golden/feast-redis.json and feast-wire.json again, by Feast's own Python package: a case is added by
// writing its inputs into the file. Python is SLUICE_PYTHON, else the one in .feast/, with what test/support/record-feast.requirements.txt lists:
// `python3 -m venv .feast && .feast/bin/pip install -r test/support/record-feast.requirements.txt`.

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}

const files = { redis: `${root}test/golden/feast-redis.json`, wire: `${root}test/golden/feast-wire.json` };
const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
const write = (file: string, content: unknown): void => {
  writeFileSync(file, `${JSON.stringify(content, null, 1)}\n`);
};

/** A server of a handler on a free port, which writes down what it was asked and what it answered. */
async function served(handler: FeastHandler, exchanges: Exchange[]): Promise<{ address: string; stop(): void }> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const [method, path, body] = [incoming.method ?? "GET", incoming.url ?? "/", Buffer.concat(chunks).toString()];
    const init = method === "GET" ? { method } : { method, body };
    const response = await handler(new Request(`http://localhost${path}`, init));
    const answer = await response.text();
    exchanges.push({ method, path, body, status: response.status, answer });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

interface Made {
  readonly redis: unknown;
  readonly server: unknown;
  readonly read: unknown;
  readonly version: string;
}

async function asked(handler: string, redisPort: number): Promise<Made> {
  const own = `${root}.feast/bin/python`;
  const python = process.env["SLUICE_PYTHON"] ?? (existsSync(own) ? own : "python3");
  const output = join(tmpdir(), `feast-${process.pid}.json`);
  const child = spawn(python, [`${root}test/support/record-feast.py`], {
    stdio: ["pipe", "inherit", "inherit"],
    env: { ...process.env, PYTHONHASHSEED: "0", FEAST_USAGE: "False" },
  });
  child.stdin.end(JSON.stringify({ handler, redisPort, output, redis: read(files.redis), wire: read(files.wire) }));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`Python ended with ${code}: is Feast installed?`);
  const made = read(output) as Made;
  rmSync(output);
  return made;
}

const redis = await startRedis([]);
try {
  await withReports(async (handler) => {
    const client: Exchange[] = [];
    const { address, stop } = await served(handler, client);
    try {
      const made = await asked(address, redis.port);
      const origin = `Made by scripts/record-feast.ts with the PyPI package feast ${made.version}. \`server\`: answers of its feature server (get_app, SQLite online store). \`client\`: requests of its FeatureStore with a remote online store, then of its tools for agents (feast.mcp), to this library's handler, with the answers that it was given; \`read\`: what they made of them.`;
      write(files.redis, made.redis);
      write(files.wire, { origin, server: made.server, client, read: made.read });
    } finally {
      stop();
    }
  });
} finally {
  await redis.stop();
}
