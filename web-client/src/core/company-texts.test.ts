/** Texts about who else is in a call exist on every page, in every language, for every state. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FluentResource } from "@fluent/bundle";
import { expect, test } from "vitest";
import type { DeviceProblem } from "./media/devices";
import type { GuestState, ObserverView } from "./protocol";
import type { Who } from "./seats";
import type { Watch, WatchEnd } from "./watching";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The texts of a file: each id with the names of its placeables. */
function texts(path: string): Map<string, string> {
  const { body } = new FluentResource(readFileSync(join(ROOT, "locales", path), "utf8"));
  return new Map(
    body.map(({ id, value }) => {
      const names = [...JSON.stringify(value).matchAll(/"type":"var","name":"([^"]+)"/g)];
      return [id, [...new Set(names.map((match) => match[1]))].sort().join(" ")];
    }),
  );
}

/** The words of one type; the checker knows when one is missing. */
const words = <T extends string>(values: Record<T, true>) =>
  Object.keys(values).map((value) => value.replaceAll("_", "-"));

const GUESTS = words<GuestState["state"]>({
  invited: true,
  connecting: true,
  there: true,
  lost: true,
});
/** As the line says where nothing of somebody arrives any more. */
const SILENT = [...GUESTS, "silent"];
const OBSERVERS = words<ObserverView["state"]>({ asked: true, connecting: true, there: true });
const WATCHES = words<Exclude<Watch["kind"], "nothing" | "over" | "failed">>({
  asking: true,
  asked: true,
  connecting: true,
  there: true,
});
const ENDS = words<WatchEnd>({
  refused: true,
  expired: true,
  withdrawn: true,
  ended: true,
  elsewhere: true,
  cut: true,
});
const PEOPLE = words<Who>({ visitor: true, lead: true, colleague: true, guest: true });
const PROBLEMS = words<DeviceProblem>({
  denied: true,
  no_camera: true,
  no_microphone: true,
  no_devices: true,
  in_use: true,
  insecure: true,
  failed: true,
});
const MESSAGES = ["left", "over", "gone", "elsewhere"];

test.each<[string, string, string[]]>([
  ["visitor/fr/call.ftl", "guest", SILENT],
  // The question itself is the state in which a coordinator has asked.
  ["visitor/fr/call.ftl", "observer", OBSERVERS.filter((state) => state !== "asked")],
  ["fr/interpreter.ftl", "guest", SILENT],
  ["fr/interpreter.ftl", "observer", OBSERVERS],
  ["fr/coordinator.ftl", "guest", GUESTS],
  ["fr/coordinator.ftl", "watch", [...WATCHES, ...PEOPLE]],
  ["fr/coordinator.ftl", "watch-over", ENDS],
  ["guest/fr/guest.ftl", "observer", OBSERVERS],
  ["guest/fr/guest.ftl", "device", PROBLEMS],
])("%s has a text %s- for every state", (file, prefix, values) => {
  const known = texts(file);
  for (const value of values) expect(known.has(`${prefix}-${value}`), value).toBe(true);
});

test("every screen of a third party's page has its words", () => {
  const known = texts("guest/fr/guest.ftl");
  const folder = join(ROOT, "src/guest");
  const code = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const used = [
    ...[...code.matchAll(/\bt\("([^"]+)"\)/g)].map((match) => match[1] ?? ""),
    ...MESSAGES.flatMap((id) => [`${id}-title`, `${id}-text`]),
  ];
  expect(used.length).toBeGreaterThan(20);
  for (const id of used) expect(known.has(id), id).toBe(true);
});

test.each(["en", "ar", "uk", "pt"])("a third party can read every text in %s", (locale) => {
  expect(texts(`guest/${locale}/guest.ftl`)).toEqual(texts("guest/fr/guest.ftl"));
});
