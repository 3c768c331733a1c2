// Which ways a connection may take.
import { expect, test } from "vitest";
import { Ladder } from "./ladder";

const RELAY = { urls: ["turn:relay.example"], username: "1:passerelle", credential: "secret" };

test("nobody is asked to relay before a direct way has failed", () => {
  const ladder = new Ladder();
  ladder.note([RELAY]);
  expect(ladder.relays).toEqual([]);
  expect(ladder.climb()).toBe(true);
  expect(ladder.relays).toEqual([RELAY]);
});

test("without relays there is nothing to climb", () => {
  const ladder = new Ladder();
  expect(ladder.climb()).toBe(false);
  ladder.note([RELAY]);
  expect(ladder.relays).toEqual([]);
});

test("who has climbed stays there, with the newest passwords, and does not climb again", () => {
  const ladder = new Ladder();
  ladder.note([RELAY]);
  ladder.climb();
  const newer = { ...RELAY, credential: "newer" };
  ladder.note([newer]);
  expect(ladder.relays).toEqual([newer]);
  expect(ladder.climb()).toBe(false);
});
