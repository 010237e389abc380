// Files that are not tables (images, maps, models) are versioned by the same store: equal content once, unchanged files unread.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { folderFiles } from "sluice/backends/fs";
import { dataFolder, expect, withWorkspace } from "./shared/flights.ts";

await withWorkspace(async (ws, folder) => {
  const images = join(folder, "images");
  await mkdir(join(images, "maps"), { recursive: true });
  for (const name of ["7zip.png", "ffox.png", "gimp.png"]) await copyFile(join(dataFolder, name), join(images, name));
  await copyFile(join(dataFolder, "world-110m.json"), join(images, "maps", "world.json"));
  await copyFile(join(dataFolder, "ffox.png"), join(images, "maps", "fox.png")); // the same content: stored once
  // A file of the last two seconds might change again without a trace: such files are always read once more.
  await setTimeout(2100);

  await ws.data.commitFiles("images", folderFiles(images), { message: "The first five", actor: "ann" });
  console.table(await ws.data.files("images"));
  const digests = new Set((await ws.data.files("images")).map(({ digest }) => digest));
  expect(digests.size === 4, "five files, four contents");

  // What differs is told by size, times and inode; content is read only where they are new.
  const same = await ws.data.status("images", folderFiles(images));
  console.log(same);
  expect(same.unchanged === 5 && same.bytesRead === 0, "nothing was read");

  await writeFile(join(images, "maps", "fox.png"), "no image");
  await writeFile(join(images, "new.txt"), "new");
  await rm(join(images, "gimp.png"));
  const status = await ws.data.status("images", folderFiles(images));
  console.log(status);
  expect(status.added.join() === "new.txt" && status.removed.join() === "gimp.png", "one came, one went");
  expect(status.changed.join() === "maps/fox.png", "one changed");

  await ws.data.commitFiles("images", folderFiles(images), { message: "A change" });
  const diff = await ws.data.diff("images@main~1", "images");
  console.log(diff.rows, diff.examples.changed);
  expect(diff.rows.added === 1 && diff.rows.removed === 1 && diff.rows.changed === 1, "a diff is by path");

  // Every version's files can be read, verified.
  const fox = await ws.data.file("images@main~1", "maps/fox.png");
  expect(Buffer.from(fox.subarray(1, 4)).toString() === "PNG", "the image as it was");
  const lost = await ws.data.file("images", "gimp.png").catch((error: unknown) => error);
  console.log(String(lost));
});
