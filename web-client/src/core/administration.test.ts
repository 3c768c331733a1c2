/** What an administrator's page knows of answers and entries, against a made-up gateway. */
import { afterEach, expect, test, vi } from "vitest";
import { AdministrationDesk, actDetails, actKind, kindsIn } from "./administration";

const answer = (body: unknown, status = 200) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status });

function gateway(answers: Readonly<Record<string, () => Response>>) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return answers[path]?.() ?? answer({});
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

const LISTS = {
  "/api/people": () => answer({ accounts: [], interpreters: [], languages: [] }),
  "/api/state": () => answer({ version: "1" }),
};

test("a new account's link is shown until it is closed", async () => {
  gateway({
    ...LISTS,
    "/api/people/add": () => answer({ path: "/interpreter#account=00ff" }),
  });
  const desk = new AdministrationDesk("https://a.fr", () => undefined);
  expect(await desk.add("claire", { role: "interpreter", interpreter: 5 })).toBe(true);
  const { link } = desk.state.get();
  expect(link).toEqual({ login: "claire", url: "https://a.fr/interpreter#account=00ff" });
  desk.closeLink();
  expect(desk.state.get().link).toBeNull();
});

test("what is refused is told, and a session that has ended is asked after", async () => {
  const signedOut = vi.fn();
  let code = "own_account";
  gateway({
    ...LISTS,
    "/api/people/remove": () => answer({ error: code, message: "…" }, 409),
  });
  const desk = new AdministrationDesk("https://a.fr", signedOut);
  expect(await desk.do("root", "remove")).toBe(false);
  expect(desk.state.get().problem).toBe("own_account");
  expect(signedOut).not.toHaveBeenCalled();
  code = "signed_out";
  await desk.do("root", "remove");
  expect(signedOut).toHaveBeenCalledOnce();
  expect(desk.state.get().busy).toBe(false);
});

test("after each change the list is asked for again", async () => {
  const asked = gateway({ ...LISTS, "/api/people/change": () => answer(null, 204) });
  const desk = new AdministrationDesk("https://a.fr", () => undefined);
  await desk.change("claire", { identity: { role: "coordinator" } });
  expect(asked).toEqual(["/api/people/change", "/api/people", "/api/state"]);
});

test("an entry is its kind and what is known of it", () => {
  const stopped = { n: 2, at: 0, act: "stopped" };
  const changed = {
    n: 1,
    at: 0,
    act: {
      account_changed: {
        account: 3,
        who: { role: "interpreter", interpreter: 5 },
        fields: ["role", "login"],
      },
    },
  };
  expect(actKind(stopped)).toBe("stopped");
  const inCapitals = (role: string) => role.toUpperCase();
  expect(actDetails(stopped, inCapitals)).toEqual([]);
  expect(actDetails(changed, inCapitals)).toEqual([
    ["account", "3"],
    ["who", "INTERPRETER 5"],
    ["fields", "role, login"],
  ]);
  expect(kindsIn([stopped, changed, stopped])).toEqual(["account_changed", "stopped"]);
});
