// Browsers that do not have the same codecs, in one conversation: each is sent what it can decode,
// also when the one with fewer codecs comes last.
import type { Page } from "@playwright/test";
import { Interpreter } from "../support/people.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

declare global {
  interface Window {
    /** The one codec of pictures that this browser knows; VP9 unless it is set before. */
    onlyCodec?: string;
  }
}

/** Runs before the page's own scripts: a browser that knows no codec of pictures but one. */
function knowOneCodec(): void {
  const native = RTCRtpReceiver.getCapabilities.bind(RTCRtpReceiver);
  RTCRtpReceiver.getCapabilities = (kind) => {
    const known = native(kind);
    if (known === null || kind !== "video") return known;
    const names = [window.onlyCodec ?? "video/VP9", "video/rtx"];
    return { ...known, codecs: known.codecs.filter(({ mimeType }) => names.includes(mimeType)) };
  };
}

/** The codecs in which the page's newest connection sends and receives pictures and sound now. */
const codecs = (page: Page) =>
  page.evaluate(async () => {
    const open = window.probe.peers.filter((peer) => peer.connectionState === "connected");
    const stats = (await open.at(-1)?.getStats()) ?? new Map();
    const flows: Record<string, string[]> = { sent: [], received: [] };
    for (const entry of stats.values()) {
      const { type, codecId, packetsReceived = 0, framesEncoded } = entry;
      const name: string | undefined = stats.get(codecId)?.mimeType;
      if (name === undefined) continue;
      if (type === "inbound-rtp" && packetsReceived > 0) flows.received?.push(name);
      if (type === "outbound-rtp" && framesEncoded !== 0) flows.sent?.push(name);
    }
    return flows;
  });

/** The first codec of sound in the gateway's answer: browsers send with it, and count it as Opus. */
const firstOfSound = (page: Page) =>
  page.evaluate(() => {
    const open = window.probe.peers.filter((peer) => peer.connectionState === "connected");
    const sdp = open.at(-1)?.remoteDescription?.sdp ?? "";
    const first = /m=audio \d+ \S+ (\d+)/.exec(sdp)?.[1];
    return new RegExp(`a=rtpmap:${first} (\\S+)`).exec(sdp)?.[1];
  });

test("a browser without VP8 sees and is seen by one that prefers it, with redundant sound", async ({
  stage,
}) => {
  const { pages } = await stage.conversation(LANGUAGE, knowOneCodec);
  for (const [page] of pages) {
    const flows = await codecs(page);
    expect(flows.sent).toContain("video/VP9");
    expect(await firstOfSound(page)).toBe("red/48000/2");
    expect(flows.received).toContain("video/VP9");
    expect(flows.received).not.toContain("video/VP8");
  }
});

const OTHERS: readonly [string, () => void][] = [
  ["video/H264", () => Object.assign(window, { onlyCodec: "video/H264" })],
  ["video/AV1", () => Object.assign(window, { onlyCodec: "video/AV1" })],
];
for (const [codec, choose] of OTHERS) {
  test(`two browsers that know nothing but ${codec} see each other`, async ({ stage }) => {
    stage.scripts.push(choose, knowOneCodec);
    const { pages } = await stage.conversation(LANGUAGE);
    for (const [page] of pages)
      expect(await codecs(page)).toMatchObject({
        sent: expect.arrayContaining([codec]),
        received: expect.arrayContaining([codec]),
      });
  });
}

test("one who comes later without VP8 is seen and sees, and the others go on in VP9", async ({
  stage,
}) => {
  const [first, second] = await stage.twoInterpretersOf(LANGUAGE);
  const lead = await stage.availableInterpreter(first);
  const { tablet } = await stage.conversationWith(lead, LANGUAGE);
  expect((await codecs(tablet.page)).sent).toContain("video/VP8");

  const home = await stage.page();
  await home.addInitScript(knowOneCodec);
  const colleague = await Interpreter.signIn(home, stage.gateway.origin, second);
  await colleague.becomeAvailable();
  await lead.page.getByTestId("invite").click();
  await lead.page.getByTestId("invite-second").click();
  await colleague.accept();
  await expectMovingVideoAndSound(colleague.page, "colleague");
  for (const { page } of [tablet, lead]) {
    await expect.poll(async () => (await codecs(page)).sent).toContain("video/VP9");
    await expectMovingVideoAndSound(page, "who was there before");
  }
});
