/**
 * Who is in which place of a connection. The gateway fills the places in one order (visitor, lead,
 * colleague, third party; oneself left out) and moves everybody up when somebody has left; the
 * picture says who may be there. Pure.
 */
import type { ColleagueView, GuestState } from "./protocol";

/** Somebody in a conversation whom others see. */
export type Who = "visitor" | "lead" | "colleague" | "guest";

/** Who looks at the others: a colleague as the relief or the second, a coordinator as the observer. */
export type Viewer = Who | "observer";

/** What the picture says of those who come and go. */
export interface Company {
  readonly colleague: ColleagueView | null;
  readonly guest: GuestState | null;
}

/** Who is seen beside the main picture, and who was. */
export interface Beside {
  readonly taken: readonly Taken[];
  /** Still belong to the conversation and send nothing any more, as far as they were seen before. */
  readonly silent: readonly Who[];
  /** All of them, in the gateway's order. */
  readonly order: readonly Who[];
}

/** Before anybody was seen. */
export const NOBODY: Beside = { taken: [], silent: [], order: [] };

interface Seat {
  readonly who: Who;
  /** Surely sends; else may not yet, or no longer. */
  readonly sure: boolean;
}

/** Somebody's place beside the main one. */
export interface Taken {
  readonly who: Who;
  readonly place: number;
}

/**
 * The places in which something flows, each with the person it belongs to. Somebody who is only
 * coming takes a place once more flows than those who are there explain. Of a place that nobody named
 * can have, and of one that either of two may have who come at once, nothing is shown: rather no
 * picture for a moment than one with a wrong name.
 */
export function seated(
  viewer: Viewer,
  company: Company,
  flowing: readonly boolean[],
): readonly Taken[] {
  const filled = flowing.lastIndexOf(true) + 1;
  const possible = seatings(expected(viewer, company), filled);
  return flowing.flatMap((flows, place) => {
    const [who, ...others] = new Set(possible.map((seats) => seats[place]?.who));
    return flows && who && others.length === 0 ? [{ who, place }] : [];
  });
}

/** Who is beside the main picture now, after what was seen before. The same twice changes nothing. */
export function beside(
  before: Beside,
  viewer: Viewer,
  company: Company,
  flowing: readonly boolean[],
): Beside {
  const taken = seated(viewer, company, flowing);
  const seen = taken.map(({ who }) => who);
  const order = expected(viewer, company)
    .map(({ who }) => who)
    .filter((who) => seen.includes(who) || before.order.includes(who));
  return { taken, silent: order.filter((who) => !seen.includes(who)), order };
}

/** Every way to leave out those who are only coming, until no more seats are left than are filled. */
function seatings(seats: readonly Seat[], filled: number): readonly (readonly Seat[])[] {
  const coming = seats.filter(({ sure }) => !sure);
  if (seats.length <= filled || coming.length === 0) return [seats];
  return coming.flatMap((left) => seatings(without(seats, left), filled));
}

function without(seats: readonly Seat[], left: Seat): readonly Seat[] {
  return seats.filter((seat) => seat !== left);
}

function expected(viewer: Viewer, { colleague, guest }: Company): readonly Seat[] {
  const seats: Seat[] = [{ who: "visitor", sure: true }];
  seats.push({ who: "lead", sure: true });
  if (colleague?.state === "connecting" || colleague?.state === "there") {
    seats.push({ who: "colleague", sure: colleague.state === "there" });
  }
  if (guest !== null && guest.state !== "invited") {
    seats.push({ who: "guest", sure: guest.state === "there" });
  }
  // The first of the others has the main place.
  return seats.filter(({ who }) => who !== viewer).slice(1);
}
