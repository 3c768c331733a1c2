/** Each picture has the name of whoever is in it, also while people come and go. */
import { expect, test } from "vitest";
import type { ColleagueView, GuestState } from "./protocol";
import { beside, type Company, NOBODY, seated, type Viewer } from "./seats";

const colleague = (state: ColleagueView["state"]): ColleagueView => ({
  role: "second",
  state,
  interpreter: null,
});
const THERE: GuestState = { state: "there" };
const ALL: Company = { colleague: colleague("there"), guest: THERE };

/** Who is named in which place, by place. */
function names(viewer: Viewer, company: Company, flowing: boolean[]): (string | null)[] {
  const taken = seated(viewer, company, flowing);
  return flowing.map((_, place) => taken.find((one) => one.place === place)?.who ?? null);
}

test.each<[Viewer, string[]]>([
  ["visitor", ["colleague", "guest"]],
  ["lead", ["colleague", "guest"]],
  ["colleague", ["lead", "guest"]],
  ["guest", ["lead", "colleague"]],
  ["observer", ["lead", "colleague", "guest"]],
])("the places of the %s follow the gateway's order", (viewer, order) => {
  expect(
    names(
      viewer,
      ALL,
      order.map(() => true),
    ),
  ).toEqual(order);
});

test("a third party keeps the name while a colleague is only coming", () => {
  const company = { colleague: colleague("connecting"), guest: THERE };
  expect(names("visitor", company, [true, false, false])).toEqual(["guest", null, null]);
  expect(names("visitor", company, [true, true, false])).toEqual(["colleague", "guest", null]);
});

test("a colleague is seen from the first frame on, before the gateway says they are there", () => {
  const company = { colleague: colleague("connecting"), guest: null };
  expect(names("lead", company, [true, false, false])).toEqual(["colleague", null, null]);
});

test("a lost third party leaves an empty place, not another's name", () => {
  const company = { colleague: colleague("there"), guest: { state: "lost" } as const };
  expect(names("visitor", company, [true, false, false])).toEqual(["colleague", null, null]);
});

test("a lost colleague's place stays theirs", () => {
  expect(names("lead", ALL, [false, true, false])).toEqual([null, "guest", null]);
});

test("nobody is shown whom the picture does not know", () => {
  const nobody = { colleague: null, guest: null };
  expect(names("visitor", nobody, [true, true, true])).toEqual([null, null, null]);
  const asked = { colleague: colleague("ringing"), guest: { state: "invited", until: 5 } as const };
  expect(names("lead", asked, [true, true, true])).toEqual([null, null, null]);
});

test("of two who come at once neither has the other's name", () => {
  const both = { colleague: colleague("connecting"), guest: { state: "connecting" } as const };
  expect(names("visitor", both, [true, false])).toEqual([null, null]);
  expect(names("visitor", both, [true, true])).toEqual(["colleague", "guest"]);
  expect(names("observer", both, [true, true, false])).toEqual(["lead", null, null]);
  const one = { ...both, colleague: colleague("there") };
  expect(names("visitor", one, [true, false])).toEqual(["colleague", null]);
});

test("a colleague who comes while the third party is lost does not have their name", () => {
  const company = { colleague: colleague("connecting"), guest: { state: "lost" } as const };
  expect(names("visitor", company, [true, false])).toEqual([null, null]);
});

test("who was seen and sends nothing any more keeps a place, until they have left", () => {
  const both = beside(NOBODY, "visitor", ALL, [true, true]);
  expect(both).toMatchObject({ silent: [], order: ["colleague", "guest"] });
  const lost = beside(both, "visitor", ALL, [true, false]);
  expect(lost).toMatchObject({
    taken: [{ who: "colleague", place: 0 }],
    silent: ["guest"],
    order: ["colleague", "guest"],
  });
  expect(beside(lost, "visitor", ALL, [true, false])).toEqual(lost);
  const away = { ...ALL, guest: { state: "lost" } as const };
  expect(beside(lost, "visitor", away, [true, false]).silent).toEqual(["guest"]);
  expect(beside(lost, "visitor", ALL, [true, true]).silent).toEqual([]);
  const left = beside(lost, "visitor", { ...ALL, guest: null }, [true, false]);
  expect(left).toMatchObject({ silent: [], order: ["colleague"] });
});

test("nobody is missed who has never sent anything, such as a third party without devices", () => {
  expect(beside(NOBODY, "visitor", ALL, [true, false])).toMatchObject({
    silent: [],
    order: ["colleague"],
  });
});
