import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../support/folder.js";

type Serve = (folder: string, options: { path: string }) => Promise<{ url: string; close: () => Promise<void> }>;
// The address is a string, so that the compiler does not look for the script's types.
const script = new URL("../../scripts/lab.mjs", import.meta.url).href;
const { serve } = (await import(script)) as { serve: Serve };

const folder = testFolder("lab");
mkdirSync(join(folder, "site"));
writeFileSync(join(folder, "site", "index.html"), "<p>The lab");
writeFileSync(join(folder, "site", "core.wasm"), "wasm");
writeFileSync(join(folder, "secret.txt"), "not served");

/** Sends a request with exactly this path; `fetch` would normalise it. */
function get(origin: string, path: string): Promise<{ status: number | undefined; type: string; text: string }> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () =>
        resolve({ status: response.statusCode, type: response.headers["content-type"] ?? "", text }),
      );
    })
      .on("error", reject)
      .end();
  });
}

test.each(["/", "/any/path/"])(
  "serves a folder under %s, and nothing else; malformed paths do no harm",
  async (path) => {
    const { url, close } = await serve(join(folder, "site"), { path });
    try {
      expect(await get(url, path)).toMatchObject({ status: 200, text: "<p>The lab" });
      expect(await get(url, `${path}core.wasm`)).toEqual({ status: 200, type: "application/wasm", text: "wasm" });
      for (const name of ["none.js", "%00", "%E0%A4", "../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt"]) {
        expect((await get(url, path + name)).status, name).toBe(404);
      }
      for (const name of ["/", "index.html/"]) expect((await get(url, path + name)).status, name).toBeLessThan(500);
      expect((await get(url, path)).text).toBe("<p>The lab");
    } finally {
      await close();
    }
  },
);
