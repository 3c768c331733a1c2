/** Which way messages take, attempt by attempt. */
import { expect, test } from "vitest";
import { AGAIN_MS, Ways } from "./ways";

const REFUSED = false;
const HUNG = true;

test("the first upgrade may fail, and the WebSocket is still the way", () => {
  const ways = new Ways();
  expect(ways.next(0)).toBe("socket");
  ways.failed("socket", REFUSED, 0);
  expect(ways.next(1)).toBe("socket");
  ways.forget();
  ways.failed("socket", REFUSED, 2);
  expect(ways.next(3)).toBe("socket");
});

test("two refusals in a row, or one attempt that hangs, lead to requests", () => {
  const refused = new Ways();
  refused.failed("socket", REFUSED, 0);
  refused.failed("socket", REFUSED, 1);
  expect(refused.next(2)).toBe("requests");
  const hung = new Ways();
  hung.failed("socket", HUNG, 0);
  expect(hung.next(1)).toBe("requests");
});

test("after minutes a WebSocket is tried once at the next reconnect", () => {
  const ways = new Ways();
  ways.failed("socket", HUNG, 0);
  expect(ways.next(AGAIN_MS - 1)).toBe("requests");
  expect(ways.next(AGAIN_MS)).toBe("socket");
  ways.failed("socket", REFUSED, AGAIN_MS + 1);
  expect(ways.next(AGAIN_MS + 2)).toBe("requests");
});

test("another network, or requests that are refused, give the WebSocket its turn at once", () => {
  const moved = new Ways();
  moved.failed("socket", HUNG, 0);
  moved.forget();
  expect(moved.next(1)).toBe("socket");
  const full = new Ways();
  full.failed("socket", HUNG, 0);
  full.failed("requests", REFUSED, 1);
  expect(full.next(2)).toBe("socket");
});
