/**
 * Whether anybody can see what this page shows. A hidden page may still be looked at in the small
 * window over all others that a browser makes of a video: where it does not tell of that window, no
 * page counts as out of sight, since a frozen picture there would be worse than one sent in vain.
 */

/** False while nobody can see this page's pictures. */
export function isInSight(): boolean {
  const page = globalThis.document;
  return (
    page?.visibilityState !== "hidden" ||
    !("pictureInPictureElement" in page) ||
    page.pictureInPictureElement !== null
  );
}

/** Calls `look` whenever that may have changed. */
export function onSight(look: () => void): void {
  for (const what of ["visibilitychange", "enterpictureinpicture", "leavepictureinpicture"])
    globalThis.document?.addEventListener(what, look);
}
