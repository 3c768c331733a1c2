/** What tablet and lead ask about those who join, and which link may be shown. */
import { expect, test } from "vitest";
import { CompanyDesk, usable } from "./company";
import type { GuestState, Request } from "./protocol";
import { type Answer, RequestError } from "./requests";

/** A desk at a gateway whose answers the test gives. */
function desk(answer: (request: Request) => Promise<Answer>) {
  const asked: Request[] = [];
  const request = (wanted: Request) => {
    asked.push(wanted);
    return answer(wanted);
  };
  return { asked, desk: new CompanyDesk({ request }, "https://gateway.example") };
}

const linked = (path: string): Promise<Answer> =>
  Promise.resolve({ type: "guest_link", id: 1, call: 8, path, until: 900 });
const INVITED: GuestState = { state: "invited", until: 900 };

test("a link is the gateway's address and the path it gave", async () => {
  const { desk: mine, asked } = desk(() => linked("/guest#invite=k"));
  await mine.invite(8);
  expect(asked).toEqual([{ type: "invite_guest", call: 8 }]);
  expect(mine.state.get().link).toEqual({
    call: 8,
    url: "https://gateway.example/guest#invite=k",
    until: 900,
  });
});

test("a link is shown only for its call and only until somebody has used it", async () => {
  const { desk: mine } = desk(() => linked("/guest#invite=k"));
  await mine.invite(8);
  const state = mine.state.get();
  expect(usable(state, 8, INVITED)).toBe(state.link);
  expect(usable(state, 9, INVITED)).toBeNull();
  expect(usable(state, 8, { state: "connecting" })).toBeNull();
  expect(usable(state, 8, null)).toBeNull();
});

test("a third party who is sent away takes the link along", async () => {
  const { desk: mine, asked } = desk((request) =>
    request.type === "invite_guest" ? linked("/guest#k") : Promise.resolve({ type: "done", id: 2 }),
  );
  await mine.invite(8);
  await mine.remove(8);
  expect(asked.at(-1)).toEqual({ type: "remove_guest", call: 8 });
  expect(mine.state.get().link).toBeNull();
});

test("a second press while the first is on its way asks nothing", async () => {
  const { desk: mine, asked } = desk(() => Promise.resolve({ type: "done", id: 1 }));
  await Promise.all([mine.consent(8, true), mine.consent(8, true)]);
  expect(asked).toEqual([{ type: "consent", call: 8, agree: true }]);
  expect(mine.state.get().pending).toBeNull();
});

test("a refusal is shown until it was read", async () => {
  const refuse = () => Promise.reject(new RequestError("call_gone", "over"));
  const { desk: mine } = desk(refuse);
  await mine.invite(8);
  expect(mine.state.get()).toEqual({ pending: null, problem: "call_gone", link: null });
  mine.clear();
  expect(mine.state.get().problem).toBeNull();
});
