// Holds a signing key that no other process has: prints its public key, then the signature of each line of base64 that it reads.
import { generateKeyPairSync, sign } from "node:crypto";
import { createInterface } from "node:readline";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
process.stdout.write(`${JSON.stringify(publicKey.export({ type: "spki", format: "pem" }))}\n`);
for await (const line of createInterface(process.stdin))
  process.stdout.write(`${sign(null, Buffer.from(line, "base64"), privateKey).toString("base64")}\n`);
