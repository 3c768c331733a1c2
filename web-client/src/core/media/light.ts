/**
 * How bright a picture is, seen from an 8 × 8 copy of it, and whether that is the black of a camera
 * that gives nothing. Pure, but for the copy.
 */

/** The copy's width and height: a cell is the mean of some thousand points, which evens out noise. */
const GRID = 8;

/** Brightness (luma, 0 to 255) over the cells of the copy. */
export interface Light {
  readonly mean: number;
  /** Between the darkest and the brightest cell. */
  readonly spread: number;
}

/**
 * Black that a program gives (a camera taken by the system, a virtual one turned off) is 0 all over;
 * encoders and the change of colour space lift it by up to 2. A camera in the dark never gets there:
 * it turns up its gain, and its noise, cut off at 0, then has a mean of 5 and more. A cover over the
 * lens may be called black as well: nobody can be seen either.
 */
const BLACK_MEAN_MAX = 3;
/** A screen's glow on a face is one bright cell of many in the dark. */
const BLACK_SPREAD_MAX = 6;

/** The brightness of a picture of four bytes a point (red, green, blue, opacity). */
export function lightOf(points: ArrayLike<number>): Light {
  let [sum, low, high] = [0, 255, 0];
  for (let at = 0; at + 3 < points.length; at += 4) {
    const [red, green, blue] = [points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0];
    // ITU-R BT.601, as in the videos of calls.
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    sum += luma;
    low = Math.min(low, luma);
    high = Math.max(high, luma);
  }
  const cells = Math.floor(points.length / 4);
  return { mean: cells > 0 ? sum / cells : 0, spread: Math.max(0, high - low) };
}

/** True for a picture that shows nothing. */
export function isBlack({ mean, spread }: Light): boolean {
  return mean <= BLACK_MEAN_MAX && spread <= BLACK_SPREAD_MAX;
}

/** Looks at what a video shows. */
export class Glance {
  #context: CanvasRenderingContext2D | null = null;

  /**
   * Its brightness; null while it shows nothing yet, or where the browser lets nobody look (before
   * Firefox 130 and Safari 16.4). The frame is given back at once: a canvas that a video is drawn on
   * keeps it for seconds, and a camera has so few of them that only four a second were left to send
   * (Chromium 156; noticed by `lossy.spec.ts`).
   */
  at(video: HTMLVideoElement): Light | null {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0)
      return null;
    this.#context ??= newContext();
    if (!this.#context) return null;
    const frame = frameOf(video);
    if (!frame) return null;
    this.#context.drawImage(frame, 0, 0, GRID, GRID);
    frame.close();
    return lightOf(this.#context.getImageData(0, 0, GRID, GRID).data);
  }
}

function frameOf(video: HTMLVideoElement): VideoFrame | null {
  try {
    return "VideoFrame" in globalThis ? new VideoFrame(video) : null;
  } catch {
    // Its track has just ended.
    return null;
  }
}

function newContext(): CanvasRenderingContext2D | null {
  const canvas = document.createElement("canvas");
  canvas.width = GRID;
  canvas.height = GRID;
  // In memory: what is drawn is read at once.
  return canvas.getContext("2d", { willReadFrequently: true });
}
