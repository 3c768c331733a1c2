/** What tablet and lead ask about those who join, and which link may be shown. */
import { afterEach, expect, test, vi } from "vitest";
import { Cell } from "./cell";
import { type ClientState, initialState } from "./client-state";
import { CompanyDesk, usable } from "./company";
import type { GuestState, Request } from "./protocol";
import { type Answer, RequestError } from "./requests";

afterEach(() => {
  vi.useRealTimers();
});

/** A desk at a gateway whose answers the test gives. */
function desk(answer: (request: Request) => Promise<Answer>) {
  const asked: Request[] = [];
  const request = (wanted: Request) => {
    asked.push(wanted);
    return answer(wanted);
  };
  const state = new Cell<ClientState<"tablet">>(initialState("tablet"));
  const link = (link: ClientState<"tablet">["link"]) => state.set({ ...state.get(), link });
  return { asked, link, desk: new CompanyDesk({ request, state }, "https://gateway.example") };
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
  // Somebody else has sent that person away and invited another.
  expect(usable(state, 8, { state: "invited", until: 901 })).toBeNull();
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
  expect(mine.state.get().pending).toEqual([]);
});

test("a refusal is shown until it was read", async () => {
  const refuse = () => Promise.reject(new RequestError("call_gone", "over"));
  const { desk: mine } = desk(refuse);
  await mine.invite(8);
  expect(mine.state.get()).toEqual({
    pending: [],
    refused: { request: "invite_guest", problem: "call_gone" },
    link: null,
  });
  mine.clear();
  expect(mine.state.get().refused).toBeNull();
});

test("a request of one type does not wait for one of another, and a success clears a refusal", async () => {
  const { desk: mine, asked } = desk((request) =>
    request.type === "invite_guest"
      ? Promise.reject(new RequestError("unavailable", "full"))
      : Promise.resolve({ type: "done", id: 1 }),
  );
  await Promise.all([mine.invite(8), mine.consent(8, true)]);
  expect(asked.map(({ type }) => type)).toEqual(["invite_guest", "consent"]);
  await mine.remove(8);
  expect(mine.state.get()).toMatchObject({ pending: [], refused: null });
});

test("a no after a yes that is on its way is said once the yes has been heard", async () => {
  const { desk: mine, asked } = desk(() => Promise.resolve({ type: "done", id: 1 }));
  await Promise.all([mine.consent(8, true), mine.consent(8, false)]);
  expect(asked).toEqual([
    { type: "consent", call: 8, agree: true },
    { type: "consent", call: 8, agree: false },
  ]);
});

test("a no without a connection is shown as that, and said when it is back", async () => {
  let connected = false;
  const {
    desk: mine,
    asked,
    link,
  } = desk(() =>
    connected
      ? Promise.resolve({ type: "done", id: 1 })
      : Promise.reject(new RequestError("not_connected", "no network")),
  );
  link("reconnecting");
  await mine.consent(8, false);
  expect(mine.state.get().refused).toEqual({ request: "consent", problem: "not_connected" });
  connected = true;
  link("connected");
  await Promise.resolve();
  expect(asked).toHaveLength(2);
  expect(asked[1]).toEqual({ type: "consent", call: 8, agree: false });
  await vi.waitFor(() => expect(mine.state.get().refused).toBeNull());
  link("reconnecting");
  link("connected");
  await Promise.resolve();
  expect(asked).toHaveLength(2);
});

test("a yes that follows an unheard no is what the gateway hears", async () => {
  let connected = false;
  const {
    desk: mine,
    asked,
    link,
  } = desk(() =>
    connected
      ? Promise.resolve({ type: "done", id: 1 })
      : Promise.reject(new RequestError("not_connected", "no network")),
  );
  link("reconnecting");
  await mine.consent(8, false);
  await mine.consent(8, true);
  connected = true;
  link("connected");
  await Promise.resolve();
  expect(asked.map((request) => "agree" in request && request.agree)).toEqual([false, true]);
});

test("a no that nobody answers is said until somebody does, and then no more", async () => {
  vi.useFakeTimers();
  const problems = ["no_answer", "too_fast", "unavailable", null] as const;
  const { desk: mine, asked } = desk(() => {
    const problem = problems[asked.length - 1] ?? null;
    return problem === null
      ? Promise.resolve({ type: "done", id: 1 })
      : Promise.reject(new RequestError(problem, "not this time"));
  });
  await mine.consent(8, false);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked).toEqual(problems.map(() => ({ type: "consent", call: 8, agree: false })));
  expect(mine.state.get().refused).toBeNull();
});

test("a no that was heard although nobody said so is no refusal when it is repeated", async () => {
  vi.useFakeTimers();
  const { desk: mine, asked } = desk(() =>
    Promise.reject(new RequestError(asked.length === 1 ? "no_answer" : "wrong_state", "gone")),
  );
  await mine.consent(8, false);
  expect(mine.state.get().refused?.problem).toBe("no_answer");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(2);
  expect(mine.state.get().refused).toBeNull();
});

test("a no is not repeated once there is nothing to refuse, nor without end", async () => {
  vi.useFakeTimers();
  const over = desk(() => Promise.reject(new RequestError("call_gone", "over")));
  await over.desk.consent(8, false);
  const silent = desk(() => Promise.reject(new RequestError("no_answer", "nobody")));
  await silent.desk.consent(8, false);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(over.asked).toHaveLength(1);
  expect(silent.asked).toHaveLength(60);
  silent.link("reconnecting");
  silent.link("connected");
  await vi.advanceTimersByTimeAsync(0);
  expect(silent.asked).toHaveLength(61);
});

test("a new link instead of one that was given takes that invitation back for every page", async () => {
  const { desk: mine, asked } = desk((request) =>
    request.type === "invite_guest" ? linked("/guest#k") : Promise.resolve({ type: "done", id: 2 }),
  );
  await mine.invite(8, true);
  expect(asked.map(({ type }) => type)).toEqual(["remove_guest", "invite_guest"]);
  expect(mine.state.get().link?.url).toBe("https://gateway.example/guest#k");
});

test("a link that could not be taken back is followed by no other", async () => {
  const { desk: mine, asked } = desk(() =>
    Promise.reject(new RequestError("not_connected", "no network")),
  );
  await mine.invite(8, true);
  expect(asked.map(({ type }) => type)).toEqual(["remove_guest"]);
  expect(mine.state.get().link).toBeNull();
});
