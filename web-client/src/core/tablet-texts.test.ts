/** What the tablet says exists: for the agent, and for the visitor in every language of the demo. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FluentResource } from "@fluent/bundle";
import { expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The ids of the texts in a file below `locales`. */
function ids(path: string): Set<string> {
  const { body } = new FluentResource(readFileSync(join(ROOT, "locales", path), "utf8"));
  return new Set(body.map(({ id }) => id));
}

const CODE = readdirSync(join(ROOT, "src/tablet"))
  .filter((name) => name.endsWith(".tsx"))
  .map((name) => readFileSync(join(ROOT, "src/tablet", name), "utf8"))
  .join("\n");

/** Every id that the code names in such a place. */
function named(...places: RegExp[]): string[] {
  return places.flatMap((place) => [...CODE.matchAll(place)].map((match) => match[1] ?? ""));
}

test("every text that the tablet names for a visitor is there", () => {
  const known = new Set([...ids("visitor/fr/tablet.ftl"), ...ids("visitor/fr/call.ftl")]);
  const used = named(
    /<TwoTongues\s+tablet=\{[^}]+\}\s+id="([^"]+)"/g,
    /visitorLabel\(tablet, "([^"]+)"/g,
    /\bvisitor(?:\.value)?\("([^"]+)"/g,
  );
  expect(new Set(used).size).toBeGreaterThan(60);
  for (const id of used) expect(known.has(id), id).toBe(true);
});

test("every text that the tablet names for the agent is there", () => {
  const known = new Set(
    ["tablet", "enrol", "common", "self-test"].flatMap((name) => [...ids(`fr/${name}.ftl`)]),
  );
  const used = named(/\bt\("([^"]+)"[,)]/g);
  expect(new Set(used).size).toBeGreaterThan(20);
  for (const id of used) expect(known.has(id), id).toBe(true);
});

test("whoever can call can read: the demo's languages have the visitor's and the guest's texts", () => {
  const demo = readFileSync(join(ROOT, "../deploy/demo.toml"), "utf8");
  const tags = [...demo.matchAll(/\[\[languages\]\]\s+tag = "([^"]+)"/g)].map((match) => match[1]);
  expect(tags.length).toBeGreaterThan(3);
  for (const tag of tags) {
    // Whoever signs French Sign Language reads French.
    const locale = tag === "fsl" ? "fr" : tag;
    for (const file of ["visitor/{}/tablet", "visitor/{}/call", "guest/{}/guest"]) {
      const path = `locales/${file.replace("{}", locale ?? "")}.ftl`;
      expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
  }
});
