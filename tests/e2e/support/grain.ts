// A camera whose picture takes all the rate that it can have and does with little, as a real one's does:
// something moves behind grain that is another one in each frame. Chromium's own test picture is
// content with a tenth of the rate.

/**
 * Frames a second that are to arrive of the 30 it gives: a signed picture keeps so many, whatever becomes
 * of its pixels (EN 301 549 §6.5.3 asks for 20).
 */
export const SIGNED_FPS = { atLeast: 25, broken: 10 };

/** Runs in the page before its own scripts. */
export function installGrain(): void {
  const [width, height, strength] = [640, 360, 0.15];
  const grain = document.createElement("canvas");
  [grain.width, grain.height] = [2 * width, 2 * height];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const [source, context] = [grain.getContext("2d"), canvas.getContext("2d")];
  if (source === null || context === null) throw new Error("this browser has no 2d canvas");
  const image = source.createImageData(grain.width, grain.height);
  for (let at = 0; at < image.data.length; at += 4) {
    const value = Math.round(Math.random() * 255);
    image.data.set([value, value, value, 255], at);
  }
  source.putImageData(image, 0, 0);
  let frame = 0;
  setInterval(() => {
    frame += 1;
    context.globalAlpha = 1;
    context.fillStyle = "#456";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#fc9";
    for (let hand = 0; hand < 4; hand += 1) {
      const angle = frame / 10 + hand;
      context.fillRect(290 + 200 * Math.sin(angle), 150 + 110 * Math.cos(1.3 * angle), 60, 60);
    }
    context.globalAlpha = strength;
    context.drawImage(grain, -Math.random() * width, -Math.random() * height);
  }, 1000 / 30);
  const devices = navigator.mediaDevices;
  const native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = wanted?.audio ? await native({ audio: wanted.audio }) : new MediaStream();
    const [track] = canvas.captureStream(30).getVideoTracks();
    if (wanted?.video && track) stream.addTrack(track);
    return stream;
  };
}
