// The coordinator's page follows a call through every step without being loaded again.
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { momentsOf, storedCalls } from "../support/records.ts";
import { expect, test } from "../support/stage.ts";

const LANGUAGE = "en";

/** Runs in the page: notes every phase a row of the queue shows, however short. */
function notePhases(): void {
  const seen: string[] = [];
  Object.assign(window, { phasesSeen: seen });
  const look = () => {
    const phase = document.querySelector<HTMLElement>('[data-testid="queue-row"]')?.dataset[
      "phase"
    ];
    if (phase !== undefined && seen.at(-1) !== phase) seen.push(phase);
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
  });
}

test("the coordinator sees a call queued, offered, connecting, active and recorded without a reload", async ({
  stage,
}) => {
  const coordinator = await stage.coordinator();
  await coordinator.page.evaluate(notePhases);
  const tablet = await stage.tablet();
  await expect(coordinator.page.locator('[data-testid="tablet-row"][data-id="1"]')).toBeVisible();

  await tablet.tap(LANGUAGE);
  await expect(coordinator.rows("queue")).toHaveCount(1);
  await expect(coordinator.rows("queue")).toHaveAttribute("data-phase", "queued");

  const number = await stage.interpreterOf(LANGUAGE);
  const interpreter = await stage.availableInterpreter(number);
  await expect(coordinator.rows("queue")).toHaveAttribute("data-phase", "offered");
  await expect(coordinator.interpreter(number)).toHaveAttribute("data-status", "offered");

  await interpreter.accept();
  await expect(coordinator.rows("active")).toHaveCount(1);
  await expect(coordinator.rows("queue")).toHaveCount(0);
  await expect(coordinator.interpreter(number)).toHaveAttribute("data-status", "busy");
  await expectMovingVideoAndSound(tablet.page, "tablet");

  await interpreter.hangUp();
  await expect(coordinator.rows("active")).toHaveCount(0);
  await expect(coordinator.rows("record")).toHaveAttribute("data-outcome", "completed");
  await expect(coordinator.page.getByTestId(`figures-${LANGUAGE}`)).toBeVisible();

  // `phasesSeen` would be gone after a reload.
  const seen = await coordinator.page.evaluate(() => Reflect.get(window, "phasesSeen"));
  expect(seen).toEqual(["queued", "offered", "connecting"]);

  const [call] = await storedCalls(stage.gateway.dataDir);
  await expect(coordinator.rows("record")).toHaveAttribute("data-call", String(call?.call));
  const moments = call === undefined ? [] : momentsOf(call);
  expect(moments, "every state has its moment").toHaveLength(6);
  expect(moments, "in order").toEqual(moments.toSorted((a, b) => a - b));
});
