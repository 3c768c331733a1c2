/** Every language has every text with the same placeables, and the code asks for no other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FluentResource } from "@fluent/bundle";
import { expect, test } from "vitest";
import type { DeviceProblem } from "./media/devices";
import type { StepName, StepState, Way } from "./media/diagnose";
import type { Mode, Role } from "./protocol";
import { ENDED_KINDS } from "./tablet";
import type { WaitText } from "./tablet-wait";
import { buildTexts, chooseLocale, directionOf } from "./texts";
import { visitorLocale } from "./visitor-texts";

const ROOT = new URL("../../", import.meta.url).pathname;
const LOCALES = join(ROOT, "locales");
const STAFF = ["fr", "en"];
const VISITOR = ["fr", "en", "ar", "uk", "pt"];

/** The ids of a folder's texts, each with the sorted names of its placeables. */
function texts(folder: string): Map<string, string> {
  const all = new Map<string, string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ftl"))) {
    const source = readFileSync(join(folder, file), "utf8");
    const declared = [...source.matchAll(/^([a-z][a-z0-9-]*) *=/gm)].map((match) => match[1]);
    const { body } = new FluentResource(source);
    expect(body.map(({ id }) => id).sort(), `${folder}/${file} parses whole`).toEqual(
      declared.sort(),
    );
    for (const { id, value } of body) {
      const names = [...JSON.stringify(value).matchAll(/"type":"var","name":"([^"]+)"/g)];
      all.set(`${file} ${id}`, [...new Set(names.map((match) => match[1]))].sort().join(" "));
    }
  }
  return all;
}

/** Every source file of the given folders, as one text. */
function source(...folders: string[]): string {
  return folders
    .flatMap((folder) => {
      const path = join(ROOT, "src", folder);
      return readdirSync(path)
        .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
        .map((name) => readFileSync(join(path, name), "utf8"));
    })
    .join("\n");
}

const idsIn = (folder: string, ...files: string[]) =>
  new Set(
    [...texts(folder).keys()]
      .map((key) => key.split(" "))
      .filter(([file]) => files.includes(file ?? ""))
      .map(([, id]) => id),
  );

test.each(STAFF)("the staff texts in %s are as complete as the French ones", (locale) => {
  expect(texts(join(LOCALES, locale))).toEqual(texts(join(LOCALES, "fr")));
});

test.each(VISITOR)("the visitor texts in %s are as complete as the French ones", (locale) => {
  expect(texts(join(LOCALES, "visitor", locale))).toEqual(texts(join(LOCALES, "visitor", "fr")));
});

test.each([
  ["tablet", ["common.ftl", "tablet.ftl", "enrol.ftl", "self-test.ftl"]],
  ["interpreter", ["common.ftl", "consoles.ftl", "interpreter.ftl", "network.ftl"]],
  ["coordinator", ["common.ftl", "consoles.ftl", "coordinator.ftl", "self-test.ftl"]],
] as const)("every text the %s page names exists", (page, files) => {
  const known = idsIn(join(LOCALES, "fr"), ...files);
  const used = [...source(page).matchAll(/\bt\(\s*"([^"]+)"/g)].map((match) => match[1]);
  expect(used.length).toBeGreaterThan(0);
  for (const id of used) expect(known, `text ${id}`).toContain(id);
});

test("every text the tablet names for visitors exists", () => {
  const known = idsIn(join(LOCALES, "visitor", "fr"), "tablet.ftl", "call.ftl");
  const code = source("tablet");
  const used = [
    ...code.matchAll(/TwoTongues[^>]*?\sid="([^"]+)"/gs),
    ...code.matchAll(/visitorLabel\(tablet, "([^"]+)"\)/g),
    ...code.matchAll(/(?:t|reader)\("(closed-[a-z]+)"/g),
    ...code.matchAll(/\["(cause-[a-z-]+)"/g),
    ...code.matchAll(
      /[?(&:] ?"((?:way|book|ticket)-[a-z-]+|point-(?:own|named|sign)|appointment-why|call-back-why)"/g,
    ),
    ...code.matchAll(/[?:] "((?:waiting|colleague)-[a-z]+)"/g),
    ...code.matchAll(/(?:return|queued:|ringing:|nobody:|connecting:) "([a-z]+-[a-z-]+)"/g),
  ].map((match) => match[1]);
  expect(used.length).toBeGreaterThan(10);
  for (const id of used) expect(known, `text ${id}`).toContain(id);
});

test("texts whose ids are put together exist for every value", () => {
  const problems: Record<DeviceProblem, true> = {
    denied: true,
    no_camera: true,
    no_microphone: true,
    no_devices: true,
    in_use: true,
    insecure: true,
    failed: true,
  };
  const roles: Record<Exclude<Role, "guest">, true> = {
    tablet: true,
    interpreter: true,
    coordinator: true,
    administrator: true,
  };
  const ids = (prefix: string, values: object) =>
    Object.keys(values).map((value) => `${prefix}-${value.replaceAll("_", "-")}`);
  const desk = idsIn(join(LOCALES, "fr"), "interpreter.ftl");
  const common = idsIn(join(LOCALES, "fr"), "common.ftl");
  const visitor = idsIn(join(LOCALES, "visitor", "fr"), "tablet.ftl");
  for (const id of ids("sign-in", roles)) expect(common).toContain(id);
  for (const id of ids("device", problems)) {
    expect(desk).toContain(id);
    expect(visitor).toContain(id);
  }
  const waits: Record<WaitText["kind"], true> = {
    interval: true,
    about: true,
  };
  for (const id of ids("wait", waits)) expect(visitor).toContain(id);
  const modes: Record<Mode, true> = {
    sign: true,
    spoken_video: true,
    spoken_audio: true,
    text_relay: true,
    cued_speech: true,
  };
  for (const id of ids("way", modes)) expect(visitor).toContain(id);
  for (const kind of ENDED_KINDS) {
    expect(visitor).toContain(`ended-${kind}`);
    // A call that went well or was cancelled needs no advice.
    if (kind !== "done" && kind !== "cancelled") expect(visitor).toContain(`next-${kind}`);
  }
});

test("each state of each step through a network has its words", () => {
  const direct: StepState[] = ["ok", "trying", "blocked", "absent"];
  const whole: StepState[] = ["ok", "trying", "blocked"];
  const steps: Record<StepName, StepState[]> = {
    signalling: whole,
    udp: direct,
    tcp: direct,
    relay: [...direct, "refused", "beyond"],
    encryption: whole,
  };
  const known = idsIn(join(LOCALES, "fr"), "network.ftl");
  for (const [name, states] of Object.entries(steps)) {
    for (const state of states) expect(known).toContain(`network-${name}-${state}`);
  }
  const ways: Record<Way, true> = { udp: true, tcp: true, relay: true };
  for (const way of Object.keys(ways)) {
    expect(known).toContain(`network-way-${way}`);
    expect(known).toContain(`network-last-${way}`);
  }
});

test("values inside a text keep their own direction", () => {
  const arabic = buildTexts("ar", ["place = المكان: { $name }"]);
  expect(arabic.dir).toBe("rtl");
  expect(arabic("place", { name: "Hôtel de Ville" })).toContain("\u2068Hôtel de Ville\u2069");
});

test("numbers inside a text have the digits of the clock beside it", () => {
  expect(buildTexts("ar", ["place = { $position }"])("place", { position: 12 })).toContain("12");
});

test("directions and languages are chosen by the primary tag", () => {
  expect(directionOf("ar-DZ")).toBe("rtl");
  expect(directionOf("uk")).toBe("ltr");
  expect(chooseLocale(["de-AT", "en-GB"], ["fr", "en"], "fr")).toBe("en");
  expect(chooseLocale(["de"], ["fr", "en"], "fr")).toBe("fr");
});

test("people who sign read French, and a language without texts gets English", () => {
  expect(visitorLocale("fsl", VISITOR)).toBe("fr");
  expect(visitorLocale("pt-br", VISITOR)).toBe("pt");
  expect(visitorLocale("so", VISITOR)).toBe("en");
});
