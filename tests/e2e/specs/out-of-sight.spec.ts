// A page that nobody looks at: its pictures stop after a grace, its sound goes on, and whoever looks
// again sees within a second; the other side notices nothing of it.
import { setTimeout as passed } from "node:timers/promises";
import { expectFigure } from "../support/figures.ts";
import { expectMovingVideoAndSound, framesPerSecond } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";
import { Tabs } from "../support/tabs.ts";

const SIGNED = "fsl";

/** A hidden page is sent its pictures for ten seconds (`SENT_UNSEEN`); a busy machine takes longer. */
const PAUSED_MS_MAX = 20_000;
/** From the tab that is shown to a picture in it. */
const BACK_MS = { atMost: 1_000, broken: 5_000 };

/** What arrives in a second. */
async function inASecond(tabs: Tabs): Promise<{ bytes: number; frames: number; sounds: number }> {
  const before = await tabs.arrived();
  await passed(1_000);
  const after = await tabs.arrived();
  return {
    bytes: after.bytes - before.bytes,
    frames: after.frames - before.frames,
    sounds: after.sounds - before.sounds,
  };
}

/** Waits for a second in which no byte of a picture has come, while sound has. */
async function expectSoundAlone(tabs: Tabs): Promise<void> {
  const sound = async () => {
    const { bytes, sounds } = await inASecond(tabs);
    return { bytes, isHeard: sounds > 10 };
  };
  const alone = { bytes: 0, isHeard: true };
  await expect.poll(sound, { timeout: PAUSED_MS_MAX }).toEqual(alone);
}

async function expectPictureAndSound(tabs: Tabs): Promise<void> {
  const both = async () => {
    const { frames, sounds } = await inASecond(tabs);
    return frames > 0 && sounds > 10;
  };
  await expect.poll(both).toBe(true);
}

/** An interpreter among tabs, in a conversation with a tablet. */
async function talking(stage: Stage) {
  const number = await stage.interpreterOf(SIGNED);
  const { origin } = stage.gateway;
  const interpreter = await Tabs.signIn(origin, "interpreter", `interpreter-${number}`);
  await interpreter.touch("available-toggle");
  const tablet = await stage.tablet();
  await tablet.tap(SIGNED);
  await interpreter.touch("accept");
  await expectMovingVideoAndSound(tablet.page, "tablet");
  await expectPictureAndSound(interpreter);
  return { interpreter, tablet: tablet.page };
}

test("a page in a tab that was left is sent sound alone, and a picture within a second of coming back", async ({
  stage,
}) => {
  const { interpreter, tablet } = await talking(stage);
  const said: string[] = [];
  await tablet.exposeFunction("noticed", (about: string) => said.push(about));
  await tablet.evaluate(() => {
    const noticed = Reflect.get(window, "noticed") as (about: string) => void;
    new MutationObserver(() => {
      const notice = document.querySelector('[data-testid="call-notice"]');
      const about = notice?.getAttribute("data-about");
      if (about) noticed(about);
    }).observe(document.body, { childList: true, subtree: true, attributes: true });
  });

  await interpreter.leave();
  await expectSoundAlone(interpreter);
  // Whoever is not looked at sees and hears on.
  expect(await framesPerSecond(tablet, 3)).toBeGreaterThan(5);
  expect(await inASecond(interpreter)).toMatchObject({ bytes: 0, frames: 0 });

  const back = await interpreter.comeBack();
  expectFigure("ms from coming back to a tab to its picture", back, BACK_MS);
  const notices = () => document.querySelectorAll('[data-testid="call-notice"] *').length;
  expect(await interpreter.run(notices), "notices in it").toBe(0);
  await expectPictureAndSound(interpreter);
  await expectMovingVideoAndSound(tablet, "tablet");
  expect(said, "what the tablet was told").toEqual([]);
  await interpreter.close();
});

test("whoever leaves the tab for a moment misses nothing, and one that connects anew unseen stays without pictures", async ({
  stage,
}) => {
  const { interpreter, tablet } = await talking(stage);
  await interpreter.leave();
  for (let second = 0; second < 4; second += 1)
    expect((await inASecond(interpreter)).bytes, "bytes in a second").toBeGreaterThan(1_000);
  await interpreter.comeBack();
  for (let second = 0; second < 10; second += 1)
    expect((await inASecond(interpreter)).bytes, "bytes in a second").toBeGreaterThan(1_000);

  await interpreter.leave();
  await expectSoundAlone(interpreter);
  // The page takes its connection for lost, and makes another.
  await interpreter.run(() => {
    const peer = window.probe.peers.at(-1);
    Object.defineProperty(peer, "connectionState", { get: () => "failed" });
    peer?.onconnectionstatechange?.(new Event("connectionstatechange"));
  });
  await expect.poll(() => interpreter.run(() => window.probe.peers.length)).toBe(2);
  await expectSoundAlone(interpreter);
  expectFigure(
    "ms to a picture on a connection made unseen",
    await interpreter.comeBack(),
    BACK_MS,
  );
  await expectPictureAndSound(interpreter);
  await expectMovingVideoAndSound(tablet, "tablet");
  await interpreter.close();
});
