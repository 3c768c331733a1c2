// Every state of every page passes axe, at the size of the device it is used on (each takes axe some
// seconds beside videos).
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { installCamera, show } from "../support/camera.ts";
import { Tablet } from "../support/people.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const DESK = { width: 1440, height: 900 };
const SIZES: Readonly<Record<string, { width: number; height: number }>> = {
  "/": DESK,
  "/tablet": { width: 1024, height: 768 },
  "/guest": { width: 390, height: 780 },
  "/interpreter": DESK,
  "/coordinator": DESK,
  "/administrator": DESK,
};

const LANGUAGE = "fsl";

/** Expects that axe finds nothing on this page as it stands. */
async function expectAccessible(page: Page, state: string): Promise<void> {
  const size = SIZES[new URL(page.url()).pathname] ?? DESK;
  await page.setViewportSize(size);
  // In the page itself: our pages have no frames, whose findings a page of its own would put together.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html}`),
  );
  expect(found, `${state} at ${size.width} × ${size.height}`).toEqual([]);
}

test("no state of any page has an accessibility violation that axe knows", async ({ stage }) => {
  for (const path of ["", "tablet", "interpreter", "coordinator", "administrator"]) {
    const page = await stage.page();
    await page.goto(`${stage.gateway.origin}/${path}`);
    await expect(page.locator("main")).toBeVisible();
    await expectAccessible(page, `/${path} before signing in`);
    await page.context().close();
  }

  const coordinator = await stage.coordinator();
  await expectAccessible(coordinator.page, "coordinator: nothing going on");
  const interpreter = await stage.interpreter(await stage.interpreterOf(LANGUAGE));
  await expectAccessible(interpreter.page, "interpreter: away");
  const tablet = await stage.tablet();
  await expectAccessible(tablet.page, "tablet: languages");

  await tablet.tap(LANGUAGE);
  await expectAccessible(tablet.page, "tablet: waiting, nobody available");
  await expectAccessible(coordinator.page, "coordinator: one waiting");
  await interpreter.becomeAvailable();
  await expect(interpreter.ringing).toBeVisible();
  await expectAccessible(interpreter.page, "interpreter: ringing");
  await expectAccessible(tablet.page, "tablet: waiting, ringing");

  await interpreter.accept();
  await expect(tablet.remoteVideo).toBeVisible();
  await expect(interpreter.remoteVideo).toBeVisible();
  await expect(coordinator.rows("active")).toHaveCount(1);
  await expectAccessible(tablet.page, "tablet: call");
  await expectAccessible(interpreter.page, "interpreter: call");
  await expectAccessible(coordinator.page, "coordinator: one active");

  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
  await expect(tablet.page.getByTestId("ended")).toBeVisible();
  await expectAccessible(tablet.page, "tablet: ended");
  await expectAccessible(interpreter.page, "interpreter: wrap-up");
  await expectAccessible(coordinator.page, "coordinator: one recorded");
});

test("no screen around a wait has an accessibility violation that axe knows", async ({ stage }) => {
  const coordinator = await stage.coordinator();
  const interpreter = await stage.interpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  await tablet.page.getByTestId("unknown-language").click();
  await expectAccessible(tablet.page, "tablet: pointing");
  await tablet.page.getByTestId(`point-${LANGUAGE}`).click();
  await expectAccessible(tablet.page, "tablet: the steps of a wait");
  await tablet.page.getByTestId("appointment").click();
  await tablet.page.getByTestId("slot").first().click();
  await expectAccessible(tablet.page, "tablet: choosing a time");
  await tablet.page.getByTestId("book").click();
  await expect(tablet.page.getByTestId("ticket")).toBeVisible();
  await expectAccessible(tablet.page, "tablet: an appointment");
  await expectAccessible(interpreter.page, "interpreter: an appointment to take");
  await expectAccessible(coordinator.page, "coordinator: an appointment nobody has taken");
  await interpreter.page.getByTestId("agenda-take").click();
  await expect(tablet.page.getByTestId("ticket")).toHaveAttribute("data-taken", "true");
  await expectAccessible(tablet.page, "tablet: a confirmed appointment");
  await coordinator.page.getByTestId("appointment-row").getByTestId("more").click();
  await expectAccessible(coordinator.page, "coordinator: acting on an appointment");
  await tablet.page.getByTestId("ticket-close").click();
  await expectAccessible(tablet.page, "tablet: languages and appointments");
});

/** A visitor and an interpreter in conversation. */
async function talking(stage: Stage) {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  await expect(tablet.remoteVideo).toBeVisible();
  return { interpreter, tablet };
}

test("no state of looking on has a violation that axe knows", async ({ stage }) => {
  const { interpreter, tablet } = await talking(stage);
  const coordinator = await stage.coordinator();
  await coordinator.page.getByTestId("ask-to-join").click();
  await expect(tablet.page.getByTestId("join-question")).toBeVisible();
  await expectAccessible(tablet.page, "tablet: may a coordinator look on");
  await expectAccessible(interpreter.page, "interpreter: a coordinator has asked");
  await tablet.page.getByTestId("consent-yes").click();
  await expect(coordinator.page.getByTestId("watch")).toHaveAttribute("data-state", "there");
  await expectAccessible(coordinator.page, "coordinator: looking on");
  await expectAccessible(tablet.page, "tablet: a coordinator looks on");
});

test("no state of a third party's coming has a violation that axe knows", async ({ stage }) => {
  const { interpreter, tablet } = await talking(stage);
  await tablet.page.getByTestId("invite-guest").click();
  await expect(tablet.page.getByTestId("qr")).toBeVisible();
  await expectAccessible(tablet.page, "tablet: the link");
  await interpreter.page.getByTestId("invite").click();
  await expectAccessible(interpreter.page, "interpreter: calling somebody in");
  await interpreter.page.keyboard.press("Escape");
  const guest = await stage.page();
  await guest.goto((await tablet.page.getByTestId("guest-link").getAttribute("data-url")) ?? "");
  await expect(guest.getByTestId("guest-lobby")).toBeVisible();
  await expectAccessible(guest, "third party: before the call");
  await guest.getByTestId("join").click();
  await expect(tablet.page.getByTestId("guest-video")).toBeVisible();
  await tablet.page.getByTestId("remove-guest").click();
  await expect(guest.getByTestId("guest-over")).toBeVisible();
  await expectAccessible(guest, "third party: the end");
});

test("the text of a call has no violation that axe knows", async ({ stage }) => {
  const { interpreter, tablet } = await talking(stage);
  await tablet.page.getByTestId("invite-guest").click();
  const guest = await stage.page();
  await guest.goto((await tablet.page.getByTestId("guest-link").getAttribute("data-url")) ?? "");
  await guest.getByTestId("join").click();
  for (const page of [tablet.page, interpreter.page, guest]) {
    await page.getByTestId("text-toggle").click();
    await page.getByTestId("text-field").fill("Bonjour");
    await page.getByTestId("text-field").press("Enter");
  }
  await expectAccessible(tablet.page, "tablet: everybody and the text");
  await expectAccessible(interpreter.page, "interpreter: everybody and the text");
  await expectAccessible(guest, "third party: the call and the text");
});

test("no state of pairing a tablet has a violation that axe knows", async ({ stage }) => {
  const { page } = await stage.coordinator();
  await page.getByTestId("manage-tablets").click();
  const row = page.locator('[data-testid="device"][data-id="1"]');
  await expect(row).toBeVisible();
  await expectAccessible(page, "coordinator: the tablets");
  await row.getByTestId("pair-tablet").click();
  await expect(page.getByTestId("qr")).toBeVisible();
  await expectAccessible(page, "coordinator: a pairing code");
  const tablet = await stage.page();
  await tablet.goto(`${stage.gateway.origin}/tablet`);
  await tablet.getByTestId("have-code").click();
  await expectAccessible(tablet, "tablet: asking for a code");
  await tablet.getByTestId("pairing-code").fill("CDFHJKMN");
  await tablet.getByTestId("pair").click();
  await expect(tablet.getByTestId("enrol-problem")).toBeVisible();
  await expectAccessible(tablet, "tablet: a wrong code");
  const code = (await page.getByTestId("code").textContent()) ?? "";
  await tablet.getByTestId("pairing-code").fill(code);
  await tablet.getByTestId("pair").click();
  await expect(page.getByTestId("code-used")).toBeVisible();
  await expectAccessible(page, "coordinator: a used code");
  await page.getByTestId("code-close").click();
  await row.getByTestId("remove-tablet").click();
  await expectAccessible(page, "coordinator: removing a tablet");
  await page.getByTestId("remove-tablet-confirm").click();
  await expect(tablet.getByTestId("enrol")).toHaveAttribute("data-over", "removed");
  await expectAccessible(tablet, "tablet: removed");
});

test("no trouble with camera or network has a violation that axe knows", async ({ stage }) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf("ar"));
  const tablet = await stage.tablet(1, installCamera);
  await tablet.tap("ar");
  await interpreter.accept();
  await expect(interpreter.page.getByTestId("remote-video")).toHaveAttribute(
    "data-playing",
    "true",
  );
  await show(tablet.page, "black");
  await expect(interpreter.page.locator(".picture-cover")).toBeVisible();
  await expectAccessible(tablet.page, "tablet: its camera shows nothing");
  await expectAccessible(interpreter.page, "interpreter: the tablet's camera shows nothing");
  await interpreter.hangUp();
  await tablet.page.context().close();

  const { page, network } = await stage.pageBehindNetwork();
  network.blockMedia();
  const away = await Tablet.signIn(page, network.origin, 2);
  await interpreter.endWrapUp();
  await away.tap("ar");
  await interpreter.accept();
  await expect(page.getByTestId("network-notice")).toBeVisible();
  await page.getByTestId("network-help").locator("summary").click();
  await expectAccessible(page, "tablet: no video gets through");
});

test("no state of the administrator's page has a violation that axe knows", async ({ stage }) => {
  const page = await stage.page();
  await page.goto(`${stage.gateway.origin}/administrator`);
  await page.getByTestId("demo-identity-administrator").click();
  await expect(page.getByTestId("version")).not.toBeEmpty();
  await expect(page.getByTestId("device").first()).toBeVisible();
  await page.getByTestId("audit-show").click();
  await page.getByTestId("audit-verify").click();
  await expect(page.getByTestId("verified")).toBeVisible();
  await expectAccessible(page, "administrator: everything");
  await page.getByTestId("add-person").click();
  await expectAccessible(page, "administrator: a new person");
  await page.getByTestId("login").fill("claire");
  await page.getByTestId("new-person-send").click();
  await expect(page.getByTestId("qr").locator("path")).toHaveAttribute("d", /^M/);
  await expectAccessible(page, "administrator: a link to hand over");
  await page.getByTestId("person-close").click();
  await page.getByTestId("edit-person").click();
  await page.getByTestId("rename-person").click();
  await page.getByTestId("change-role").click();
  await page.getByTestId("remove").click();
  await expectAccessible(page, "administrator: what can be done with an account");
});
