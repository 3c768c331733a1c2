/** What is done to an answer. */
import { describe, expect, it } from "vitest";
import { startingAt } from "./peer";

const ANSWER = [
  "v=0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 useinbandfec=1",
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102",
  "a=rtpmap:96 VP8/90000",
  "a=rtcp-fb:96 nack",
  "a=rtpmap:97 rtx/90000",
  "a=fmtp:97 apt=96",
  "a=rtpmap:102 H264/90000",
  "a=fmtp:102 packetization-mode=1",
  "",
].join("\r\n");

describe("the rate a picture begins at", () => {
  it("is named for every codec of a picture, and for nothing else", () => {
    const before = ANSWER.split("\r\n");
    const added = startingAt(ANSWER, 1_234_567)
      .split("\r\n")
      .filter((line) => !before.includes(line));
    expect(added).toEqual([
      "a=fmtp:96 x-google-start-bitrate=1235",
      "a=fmtp:102 packetization-mode=1;x-google-start-bitrate=1235",
    ]);
  });

  it("is no more than a picture may take", () => {
    expect(startingAt(ANSWER, 90_000_000)).toContain("x-google-start-bitrate=2500");
  });

  it("is left to the browser where nothing is known", () => {
    expect(startingAt(ANSWER, null)).toBe(ANSWER);
    expect(startingAt("", 1000)).toBe("");
  });
});
