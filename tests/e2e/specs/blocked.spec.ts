// Networks that let no media through, or only by a slow way: the page says so in plain words, and for
// the city's IT which step is blocked and what to open.
import type { Locator, Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { RelayServer } from "../support/relay-server.ts";
import { test as base, expect, type Stage } from "../support/stage.ts";

const SIGNED = "fsl";

/** A step is called blocked after 6 s at most; a relay is only tried after 4 s, on another connection. */
const TOLD = { timeout: 15_000 };

/** With a relay that takes other credentials than the gateway gives. */
const test = base.extend<{ relay: RelayServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
  relay: async ({}, use) => {
    const relay = await RelayServer.start();
    await use(relay);
    await relay.stop();
  },
});

const step = (page: Page, name: string): Locator =>
  page.locator(`[data-testid="network-help"] [data-step="${name}"]`);

/** A page that gets at the gateway's pages and at nothing else, in a call that somebody has taken. */
async function callWithoutMedia(stage: Stage) {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const { tablet, network } = await stage.tabletBehindNetwork();
  network.blockMedia();
  await tablet.tap(SIGNED);
  await interpreter.accept();
  return { page: tablet.page, network };
}

test("a tablet through which nothing but the pages gets names what is blocked, and what to open", async ({
  stage,
}) => {
  const { page, network } = await callWithoutMedia(stage);
  const notice = page.getByTestId("network-notice");
  await expect(notice).toBeVisible(TOLD);
  await expect(notice).toContainText("La vidéo ne passe pas par ce réseau");
  await page.getByTestId("network-help").locator("summary").click();
  await expect(step(page, "signalling")).toHaveAttribute("data-state", "ok");
  await expect(step(page, "udp")).toHaveAttribute("data-state", "blocked");
  await expect(step(page, "udp")).toContainText(/UDP vers \S*127\.0\.0\.1:\d+\S* : bloqué/);
  await expect(step(page, "tcp")).toHaveAttribute("data-state", "blocked");
  await expect(step(page, "tcp")).toContainText(`127.0.0.1:${new URL(network.origin).port}`);
  await expect(step(page, "relay")).toHaveAttribute("data-state", "absent");
});

test.describe("with a relay of another secret", () => {
  test.use({
    environment: async ({ relay }, use) =>
      use({ ...relay.environment, PASSERELLE__RELAY__SECRET: "not the relay's own, by mistake" }),
  });

  test("the page says that the relay refuses the credentials", async ({ stage }) => {
    const { page } = await callWithoutMedia(stage);
    await expect(step(page, "relay")).toHaveAttribute("data-state", "refused", TOLD);
    await page.getByTestId("network-help").locator("summary").click();
    await expect(step(page, "relay")).toContainText("identifiants refusés");
    await expect(step(page, "udp")).toHaveAttribute("data-state", "blocked");
  });
});

test("an interpreter whose network blocks UDP reads in the call and after it that video goes over TCP", async ({
  stage,
}) => {
  const { interpreter, network } = await stage.interpreterBehindNetwork(SIGNED);
  network.blockDatagrams();
  await interpreter.becomeAvailable();
  const { tablet } = await stage.conversationWith(interpreter, SIGNED);
  const home = interpreter.page;
  await expect(home.getByTestId("way")).toContainText("TCP (UDP bloqué)");
  await tablet.hangUp();
  await interpreter.endWrapUp();
  await expect(home.getByTestId("network-last")).toContainText("TCP");
  await home.getByTestId("network-help").locator("summary").click();
  await expect(step(home, "udp")).toHaveAttribute("data-state", "blocked");
  await expect(step(home, "tcp")).toHaveAttribute("data-state", "ok");
});

test("a third party whose network lets no media through reads what is blocked, and the others go on", async ({
  stage,
}) => {
  const { tablet } = await stage.conversation(SIGNED);
  await tablet.page.getByTestId("invite-guest").click();
  const url = await tablet.page.getByTestId("guest-link").getAttribute("data-url");
  const { page: guest, network } = await stage.pageBehindNetwork();
  network.blockMedia();
  await guest.goto((url ?? "").replace(stage.gateway.origin, network.origin));
  await guest.getByTestId("join").click();
  const notice = guest.getByTestId("call-notice");
  await expect(notice).toHaveAttribute("data-about", "network-blocked", TOLD);
  await expect(notice).toContainText("La vidéo ne passe pas par votre réseau");
  await guest.getByTestId("network-help").locator("summary").click();
  await expect(step(guest, "signalling")).toHaveAttribute("data-state", "ok");
  await expect(step(guest, "udp")).toContainText(/UDP vers \S*127\.0\.0\.1:\d+\S* : bloqué/);
  await expect(step(guest, "tcp")).toHaveAttribute("data-state", "blocked");
  await expectMovingVideoAndSound(tablet.page, "tablet");
});
