// Text in a call, letter by letter: read while it is written, marked when nobody looks, gone after.
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

async function talking(stage: Stage) {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  return { interpreter: interpreter.page, tablet: tablet.page };
}

test("what one writes the other reads while it is written, and nothing is left after the call", async ({
  stage,
}) => {
  const { interpreter, tablet } = await talking(stage);
  // By the keyboard alone.
  await interpreter.keyboard.press("k");
  await expect(interpreter.getByTestId("text-field")).toBeFocused();
  await interpreter.keyboard.type("Bonjpu");
  const toggle = tablet.getByTestId("text-toggle");
  await expect(toggle).toHaveAttribute("data-unread", "true");
  await toggle.click();
  await expect(toggle).toHaveAttribute("data-unread", "false");
  const writing = tablet.getByTestId("text-writing");
  await expect(writing).toContainText("Bonjpu");

  await interpreter.keyboard.press("Backspace");
  await interpreter.keyboard.press("Backspace");
  await interpreter.keyboard.type("our");
  await expect(writing).toContainText("Bonjour");
  await interpreter.keyboard.press("Enter");
  await expect(tablet.getByTestId("text-lines")).toContainText("Bonjour");
  await expect(writing).not.toContainText("Bonjour");
  await expect(interpreter.getByTestId("text-field")).toHaveValue("");

  await tablet.getByTestId("text-field").fill("Le 12 novembre");
  await expect(interpreter.getByTestId("text-writing")).toContainText("Le 12 novembre");
  await tablet.getByTestId("text-send").click();
  await expect(interpreter.getByTestId("text-lines")).toContainText("Le 12 novembre");

  await tablet.getByTestId("end").click();
  await expect(tablet.getByTestId("ended")).toBeVisible();
  await expect(tablet.getByText("Bonjour")).toHaveCount(0);
  await interpreter.getByTestId("end-wrap-up").click();
  await tablet.getByTestId("again").click();
  await interpreter.getByTestId("accept").click();
  await expect(tablet.getByTestId("call")).toBeVisible();
  await tablet.getByTestId("text-toggle").click();
  await expect(tablet.getByTestId("text-panel")).not.toContainText("novembre");
});

test("a third party reads along and writes, and is named", async ({ stage }) => {
  const { interpreter, tablet } = await talking(stage);
  await tablet.getByTestId("invite-guest").click();
  const url = await tablet.getByTestId("guest-link").getAttribute("data-url");
  const guest = await stage.page();
  await guest.goto(url ?? "");
  await guest.getByTestId("join").click();
  await expectMovingVideoAndSound(guest, "guest");

  await interpreter.getByTestId("text-toggle").click();
  await interpreter.getByTestId("text-field").fill("Qui est là ?");
  await guest.getByTestId("text-toggle").click();
  await expect(guest.getByTestId("text-writing")).toContainText("Qui est là ?");
  await guest.getByTestId("text-field").fill("La voisine");
  await guest.getByTestId("text-field").press("Enter");
  for (const page of [interpreter, tablet]) {
    if (page === tablet) await page.getByTestId("text-toggle").click();
    const line = page.getByTestId("text-lines").locator("li", { hasText: "La voisine" });
    await expect(line).toHaveAttribute("data-who", "guest");
  }
});

test("a conversation in writing needs no camera, and the text is there from the start", async ({
  stage,
}) => {
  const tablet = await stage.tablet(1, () => {
    // As when another program holds the camera.
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException("in use", "NotReadableError"));
  });
  await tablet.tap(LANGUAGE);
  await tablet.page.getByTestId("way-text_relay").click();
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  await interpreter.accept();
  for (const { page } of [tablet, interpreter]) {
    await expect(page.getByTestId("call")).toHaveAttribute("data-mode", "text_relay");
    await expect(page.getByTestId("text-panel")).toBeVisible();
    await expect(page.getByTestId("text-waits")).toBeHidden();
  }
  await tablet.page.getByTestId("text-field").fill("Bonjour");
  await tablet.page.getByTestId("text-field").press("Enter");
  const line = interpreter.page.getByTestId("text-lines").locator("li");
  await expect(line).toHaveText(/Bonjour/);
  await expect(line).toHaveAttribute("data-who", "tablet");
  await expect(tablet.page.getByTestId("call-notice")).toBeHidden();
});

test("each side's text is in its language on the other's page, and its channel in order, reliable and t140", async ({
  stage,
}) => {
  stage.scripts.push(() => {
    const made: RTCDataChannel[] = [];
    Object.assign(window, { channels: made });
    const create = RTCPeerConnection.prototype.createDataChannel;
    RTCPeerConnection.prototype.createDataChannel = function (label, init) {
      const channel = create.call(this, label, init);
      made.push(channel);
      return channel;
    };
  });
  const { tablet, interpreter } = await stage.conversation("ar");
  const pages = [tablet.page, interpreter.page];
  for (const page of pages) {
    await page.getByTestId("text-toggle").click();
    const channels = await page.evaluate(() => {
      const { channels } = window as unknown as { channels: RTCDataChannel[] };
      return channels.map(({ label, protocol, ordered, maxRetransmits, maxPacketLifeTime }) => {
        return { label, protocol, ordered, maxRetransmits, maxPacketLifeTime };
      });
    });
    const reliable = { ordered: true, maxRetransmits: null, maxPacketLifeTime: null };
    expect(channels).toEqual([{ label: "t140", protocol: "t140", ...reliable }]);
  }
  await tablet.page.getByTestId("text-field").fill("مرحبا");
  await interpreter.page.getByTestId("text-field").fill("Bonjour");
  const writing = (page: (typeof pages)[number]) => page.getByTestId("text-writing").locator("p");
  await expect(writing(interpreter.page)).toHaveText("مرحبا");
  await expect(writing(interpreter.page)).toHaveAttribute("lang", "ar");
  await expect(writing(tablet.page)).toHaveText("Bonjour");
  await expect(writing(tablet.page)).toHaveAttribute("lang", "fr");
  await tablet.page.getByTestId("text-send").click();
  const own = tablet.page.getByTestId("text-lines").locator("p");
  await expect(own).toHaveAttribute("lang", "ar");
});
