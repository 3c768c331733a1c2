/** The devices of a page, while a person is slower than the calls: nothing stays on unseen. */
import { afterEach, expect, test, vi } from "vitest";
import { CallMedia } from "./call-media";

class Track extends EventTarget {
  readyState = "live";
  enabled = true;
  stop(): void {
    this.readyState = "ended";
  }
}

/** A camera whose question the test answers when it likes. */
class Camera {
  readonly asked: {
    wanted: MediaStreamConstraints;
    grant: () => Track;
    refuse: (name: string) => void;
  }[] = [];
  readonly getUserMedia = (wanted: MediaStreamConstraints): Promise<MediaStream> =>
    new Promise((resolve, reject) => {
      this.asked.push({
        wanted,
        grant: () => {
          const track = new Track();
          const tracks = () => [track];
          resolve({
            getTracks: tracks,
            getAudioTracks: tracks,
            getVideoTracks: () => [],
          } as unknown as MediaStream);
          return track;
        },
        refuse: (name) => reject(Object.assign(new Error(name), { name })),
      });
    });
}

function desk() {
  const camera = new Camera();
  vi.stubGlobal("navigator", { mediaDevices: camera });
  const media = new CallMedia(() => Promise.reject(new Error("no gateway here")));
  return { camera, media };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("a stream granted after its call was cancelled is closed, and the newer one is kept", async () => {
  const { camera, media } = desk();
  const first = media.prepare("signed");
  media.drop();
  const second = media.prepare("signed");
  const stale = camera.asked[0]?.grant();
  await expect(first).rejects.toThrow();
  expect(stale?.readyState).toBe("ended");
  expect(media.picture.get().local).toBeNull();

  const kept = camera.asked[1]?.grant();
  expect(media.picture.get().local).toBeNull();
  expect(await second).toBe(media.picture.get().local);
  expect(kept?.readyState).toBe("live");
  media.drop();
  expect(kept?.readyState).toBe("ended");
});

test("a refusal of an older opening says nothing about the newer one", async () => {
  const { camera, media } = desk();
  const first = media.prepare("signed");
  media.drop();
  const second = media.prepare("signed");
  const kept = camera.asked[1]?.grant();
  await second;
  camera.asked[0]?.refuse("NotAllowedError");
  await expect(first).rejects.toThrow();
  expect(media.picture.get().problem).toBeNull();
  media.drop();
  expect(kept?.readyState).toBe("ended");
});

test("trying again during the wait for a call by voice alone asks for no camera", async () => {
  const { camera, media } = desk();
  media.follow({ call: 8, mode: "spoken", join: false, audioOnly: true });
  camera.asked[0]?.refuse("NotAllowedError");
  await vi.waitFor(() => expect(media.picture.get().problem).not.toBeNull());
  void media.retry("spoken");
  expect(camera.asked).toHaveLength(2);
  expect(camera.asked[1]?.wanted.video ?? false).toBe(false);
});

test("back from writing without devices, speaking asks for them again and says what is wrong", async () => {
  const { camera, media } = desk();
  const nothing = () => [];
  vi.stubGlobal(
    "MediaStream",
    class {
      getTracks = nothing;
      getAudioTracks = nothing;
      getVideoTracks = nothing;
    },
  );
  vi.spyOn(console, "warn").mockReturnValue();
  const target = { call: 8, mode: "spoken", join: false } as const;
  media.follow({ ...target, written: true });
  for (const at of [0, 1, 2]) {
    await vi.waitFor(() => expect(camera.asked).toHaveLength(at + 1));
    camera.asked[at]?.refuse("NotAllowedError");
  }
  await vi.waitFor(() => expect(media.picture.get().local).not.toBeNull());
  expect(media.picture.get().problem).toBeNull();
  media.follow(target);
  expect(camera.asked).toHaveLength(4);
  camera.asked[3]?.refuse("NotAllowedError");
  await vi.waitFor(() => expect(media.picture.get().problem).toBe("denied"));
  void media.retry("spoken");
  expect(camera.asked).toHaveLength(5);
  media.follow(null);
});

test("back from writing with a microphone, speaking goes on with it", async () => {
  const { camera, media } = desk();
  const target = { call: 8, mode: "spoken", join: false } as const;
  media.follow({ ...target, written: true });
  const kept = camera.asked[0]?.grant();
  await vi.waitFor(() => expect(media.picture.get().local).not.toBeNull());
  media.follow(target);
  expect(camera.asked).toHaveLength(1);
  expect(kept?.readyState).toBe("live");
  media.follow(null);
});
