/**
 * The sound of a ringing call: two soft sine notes every two seconds, made here so that no file is
 * loaded. Never the only sign of a ring: the card, the title and the frame show it too.
 */

const PERIOD_MS = 2_000;
/** A minor third, low enough for people who hear high notes badly. */
const NOTES_HZ = [523, 440];
const NOTE_SECONDS = 0.35;
/** Well below speech in a headset. */
const GAIN = 0.12;

/** A tone that can be started and stopped any number of times. */
export class RingTone {
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** Must be called from a person's gesture, or browsers keep the tone silent; again does no harm. */
  unlock(): void {
    this.#context ??= new AudioContext();
    void this.#context.resume().catch(() => undefined);
  }

  /** Rings until `stop`. */
  start(): void {
    if (this.#timer !== null) return;
    this.#play();
    this.#timer = setInterval(() => this.#play(), PERIOD_MS);
  }

  /** Silence. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #play(): void {
    const context = this.#context;
    if (context?.state !== "running") return;
    NOTES_HZ.forEach((frequency, index) => {
      const from = context.currentTime + index * NOTE_SECONDS;
      const note = context.createOscillator();
      const volume = context.createGain();
      note.frequency.value = frequency;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(GAIN, from + 0.04);
      volume.gain.exponentialRampToValueAtTime(0.001, from + NOTE_SECONDS);
      note.connect(volume).connect(context.destination);
      note.start(from);
      note.stop(from + NOTE_SECONDS);
    });
  }
}
