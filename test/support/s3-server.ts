import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CreateBucketCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { describeServer } from "./describe-server.ts";

/** A throw-away S3 server of this test file, on a free loopback port. */
export interface S3Server {
  readonly url: string;
  /** A client of it; ended with the server. */
  client(config?: S3ClientConfig): S3Client;
  /** Makes a bucket; its first word may ask for a fault (see s3-server.py). */
  bucket(name: string): Promise<string>;
  stop(): Promise<void>;
}

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const howToInstall =
  "moto is not installed; install it with: python3 -m venv .servers && .servers/bin/pip install -r test/support/s3-server.requirements.txt";

/** Declares tests that need an S3 server; see {@link describeServer}. */
export function describeS3(name: string, body: (server: () => S3Server) => void): void {
  const python = pythonWithMoto();
  const start = python === undefined ? undefined : () => startServer(python);
  describeServer(name, { start, howToInstall }, body);
}

function pythonWithMoto(): string | undefined {
  const own = path("../../.servers/bin/python");
  const candidates = existsSync(own) ? [own, "python3"] : ["python3"];
  return candidates.find((each) => spawnSync(each, ["-c", "import moto.server"]).status === 0);
}

async function startServer(python: string): Promise<S3Server> {
  const server = spawn(python, [path("./s3-server.py")], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  server.stderr.on("data", (text: Buffer) => {
    said = (said + text.toString()).slice(-10_000);
  });
  const port = await Promise.race([
    once(createInterface(server.stdout), "line").then(([line]) => Number(line)),
    once(server, "exit").then(([code]) => {
      throw new Error(`the S3 server ended with code ${code}:\n${said}`);
    }),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const clients: S3Client[] = [];
  const client = (config: S3ClientConfig = {}): S3Client => {
    const credentials = { accessKeyId: "sluice", secretAccessKey: "sluice" };
    const made = new S3Client({ endpoint: url, region: "us-east-1", forcePathStyle: true, credentials, ...config });
    clients.push(made);
    return made;
  };
  return {
    url,
    client,
    bucket: async (name) => {
      await client().send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    stop: async () => {
      for (const each of clients) each.destroy();
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
    },
  };
}
