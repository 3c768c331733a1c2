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
 * coming takes a place once more flows than those who are there explain; of a place that nobody
 * named can have, nothing is shown.
 */
export function seated(
  viewer: Viewer,
  company: Company,
  flowing: readonly boolean[],
): readonly Taken[] {
  let seats = expected(viewer, company);
  const filled = flowing.lastIndexOf(true) + 1;
  while (seats.length > filled) {
    const coming = seats.findIndex(({ sure }) => !sure);
    if (coming < 0) break;
    seats = seats.filter((_, at) => at !== coming);
  }
  return seats.flatMap(({ who }, place) => (flowing[place] ? [{ who, place }] : []));
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
