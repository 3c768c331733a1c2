/** How failing devices are named, and what a call can do without. */
import { expect, test } from "vitest";
import { DeviceError, deviceProblem, openDevices, openMicrophone } from "./devices";

/** A browser that has these kinds of device. */
function browserWith(kinds: readonly string[], failure = "NotFoundError"): MediaDevices {
  return {
    getUserMedia: async (wanted: MediaStreamConstraints) => {
      const asked = Object.keys(wanted);
      if (asked.every((kind) => kinds.includes(kind))) return { kinds: asked };
      throw Object.assign(new Error("failed"), { name: failure });
    },
  } as unknown as MediaDevices;
}

const problem = (promise: Promise<unknown>) =>
  promise.then(
    (stream) => stream,
    (error: unknown) => (error instanceof DeviceError ? error.problem : "?"),
  );

test("camera and microphone are opened together", async () => {
  const stream = await openDevices("signed", browserWith(["audio", "video"]));
  expect(stream).toEqual({ kinds: ["audio", "video"] });
});

test("a spoken call goes on without a camera, a signed one without a microphone", async () => {
  expect(await problem(openDevices("spoken", browserWith(["audio"])))).toEqual({
    kinds: ["audio"],
  });
  expect(await problem(openDevices("signed", browserWith(["video"])))).toEqual({
    kinds: ["video"],
  });
});

test("for a voice alone the camera is not asked for, and a microphone cannot be missing", async () => {
  expect(await openMicrophone(browserWith(["audio", "video"]))).toEqual({ kinds: ["audio"] });
  expect(await problem(openMicrophone(browserWith(["video"])))).toBe("no_microphone");
});

test("a signed call without camera and a spoken one without microphone say what is missing", async () => {
  expect(await problem(openDevices("signed", browserWith(["audio"])))).toBe("no_camera");
  expect(await problem(openDevices("spoken", browserWith(["video"])))).toBe("no_microphone");
});

test("a refusal or a busy device is not asked again for half of it", async () => {
  expect(await problem(openDevices("spoken", browserWith([], "NotAllowedError")))).toBe("denied");
  expect(await problem(openDevices("spoken", browserWith([], "NotReadableError")))).toBe("in_use");
});

test("a page over plain HTTP is told so", async () => {
  expect(await problem(openDevices("signed", undefined))).toBe("insecure");
});

test("an unknown error is named as such", () => {
  expect(deviceProblem("SomethingNew")).toBe("failed");
});
