/**
 * Whether a picture of the conversation stands, and what to say of it: what the gateway sees of both
 * sides, and what this page sees of the other's. Pure.
 *
 * The gateway tells from its own counting, so that also the one learns it whose picture stands. It is
 * right where it says "moving" and this page sees nothing: then it is this page's network.
 */
import { isStalled, type Quality } from "./media/quality";
import type { CallId, CallQuality, Identity, Motion, PictureQuality } from "./protocol";

/** What there is to say, the most useful first; the names of the texts. */
export type StillText =
  | "self-still-camera"
  | "self-still-network"
  | "other-still"
  | "other-black"
  | "other-unreadable"
  | "no-frames"
  | "other-camera-off";

/** What this page has seen of the main picture by looking at it. */
export interface Looks {
  readonly black: boolean;
  /** It arrives and cannot be decoded. */
  readonly unreadable: boolean;
}

/** What a page knows of pictures. */
export interface Seen {
  /** What the gateway told last. */
  readonly told: readonly CallQuality[];
  readonly call: CallId;
  readonly me: Identity | null;
  /** What arrives here of the main picture. */
  readonly local: Quality | null;
  readonly looks: Looks;
  /** The page's clock, as in the readings. */
  readonly at: number;
}

/** The one thing to say. */
export function standstill({ told, call, me, local, looks, at }: Seen): StillText | null {
  const pictures = picturesOf(told, call);
  const own = pictures.find(({ from }) => isSame(from, me))?.motion;
  if (own === "still_camera") return "self-still-camera";
  if (own === "still_network") return "self-still-network";
  const other = mainPicture(pictures, me)?.motion;
  if (other !== undefined && isStill(other)) return "other-still";
  if (other === "off") return "other-camera-off";
  if (looks.unreadable) return "other-unreadable";
  if (isStalled(local, at)) return "no-frames";
  return looks.black ? "other-black" : null;
}

/** True when somebody in a conversation cannot decode this page's picture, and could in another codec. */
export function isUnseen(told: readonly CallQuality[], me: Identity | null): boolean {
  const pictures = told.flatMap((one) => one.pictures);
  return pictures.some(({ from, unseen }) => unseen && isSame(from, me));
}

/** The pictures of a call; none while nothing was told. */
export function picturesOf(told: readonly CallQuality[], call: CallId): readonly PictureQuality[] {
  return told.find((one) => one.call === call)?.pictures ?? [];
}

/** The picture that is large: the gateway names the others in the order of their places. */
export function mainPicture(
  pictures: readonly PictureQuality[],
  me: Identity | null,
): PictureQuality | undefined {
  return pictures.find(({ from }) => !isSame(from, me));
}

/** True for a picture that should move and does not. */
export function isStill(motion: Motion): boolean {
  return motion === "still_camera" || motion === "still_network";
}

/** The same person. */
export function isSame(one: Identity, other: Identity | null): boolean {
  return other !== null && nameOf(one) === nameOf(other);
}

/** A name for lists and keys. */
export function nameOf(identity: Identity): string {
  switch (identity.role) {
    case "tablet":
      return `tablet-${identity.tablet}`;
    case "interpreter":
      return `interpreter-${identity.interpreter}`;
    case "guest":
      return `guest-${identity.guest}`;
    case "coordinator":
    case "administrator":
      return identity.role;
  }
}
