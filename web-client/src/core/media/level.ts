/** How loud the microphone is, for the test before going available. Nothing is kept or sent. */

/** Twenty times a second looks continuous. */
const PERIOD_MS = 50;

/** Calls back with the level of a stream's sound, 0 to 1; returns how to stop. */
export function watchLevel(stream: MediaStream, listener: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0) return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    listener(levelOf(samples));
  }, PERIOD_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** Loudness of samples in [-1, 1] on a scale that fits the ear: -60 dB is 0, full scale is 1. */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index += 1) sum += (samples[index] ?? 0) ** 2;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-9);
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}
