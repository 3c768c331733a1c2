/** Texts of the administrator's page whose ids are put together exist for each word. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Deed, PeopleProblem } from "./administration";
import type { Identity } from "./protocol";

const at = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const texts = new Set(
  [...at("locales/fr/administrator.ftl").matchAll(/^([a-z][a-z0-9-]*) *=/gm)].map(
    (match) => match[1],
  ),
);

/** The words of one type; the checker knows when one is missing. */
const words = <T extends string>(values: Record<T, true>) => Object.keys(values);

const PROBLEMS = words<PeopleProblem>({
  unreachable: true,
  too_many_requests: true,
  no_login: true,
  no_person: true,
  login_taken: true,
  has_account: true,
  own_account: true,
  unknown_account: true,
  unknown_identity: true,
  failed: true,
});
const ROLES = words<Identity["role"]>({
  tablet: true,
  interpreter: true,
  coordinator: true,
  guest: true,
  administrator: true,
});
const DEEDS = words<Deed>({
  reset: true,
  "remove-second-factor": true,
  "end-sessions": true,
  remove: true,
});

/** `AccountAdded` as the journal writes it and the text is called: `account-added`. */
const kebab = (name: string) =>
  name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** The acts of the audit journal and what is known of each, from where they are declared. */
function acts() {
  const source = at("../src/audit/act.rs").split("pub enum Act {")[1] ?? "";
  const names = [...source.matchAll(/^ {4}([A-Z]\w+)/gm)].map((match) => kebab(match[1] ?? ""));
  const fields = [...source.matchAll(/^ {8}([a-z_]+):/gm)].map((match) =>
    (match[1] ?? "").replaceAll("_", "-"),
  );
  return { names, fields: [...new Set(fields)] };
}

test("every act of the audit journal, and all that is known of one, has a text", () => {
  const { names, fields } = acts();
  expect(names.length).toBeGreaterThan(25);
  expect(fields.length).toBeGreaterThan(8);
  const wanted = [
    ...names.map((name) => `act-${name}`),
    ...fields.map((it) => `act-field-${it}`),
    ...ROLES.map((role) => `role-${role}`),
  ];
  expect(wanted.filter((id) => !texts.has(id))).toEqual([]);
});

test("every refusal, and every step of what is done with an account, has a text", () => {
  const refusals = PROBLEMS.map((problem) => `people-problem-${problem.replaceAll("_", "-")}`);
  const steps = DEEDS.flatMap((deed) =>
    ["", "-what", "-confirm"].map((end) => `person-${deed}${end}`),
  );
  expect([...refusals, ...steps].filter((id) => !texts.has(id))).toEqual([]);
});
