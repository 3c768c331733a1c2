// The people of a call as page objects: what a reception agent, an interpreter and a coordinator do
// and see, by the test ids that the pages promise.
import { expect, type Locator, type Page } from "@playwright/test";

/** A language's tag, such as `fsl`. */
export type Tag = string;

/** Clicks the one-click sign-in and waits for the live connection. */
async function signIn(page: Page, origin: string, path: string, identity: string): Promise<void> {
  await page.goto(`${origin}/${path}`);
  await page.getByTestId(`demo-identity-${identity}`).click();
  await expect(page.locator("body")).toHaveAttribute("data-connection", "connected");
}

/** What tablet and interpreter have in common: a call's media and its end. */
class Talker {
  constructor(readonly page: Page) {}

  get remoteVideo(): Locator {
    return this.page.getByTestId("remote-video");
  }

  async hangUp(): Promise<void> {
    await this.page.getByTestId("end").click();
  }
}

/** The reception agent's page. */
export class Tablet extends Talker {
  static async signIn(page: Page, origin: string, id: number): Promise<Tablet> {
    await signIn(page, origin, "tablet", `tablet-${id}`);
    return new Tablet(page);
  }

  language(tag: Tag): Locator {
    return this.page.getByTestId(`language-${tag}`);
  }

  /** The tags offered, in the order of the buttons. */
  async languages(): Promise<Tag[]> {
    const buttons = this.page.getByTestId(/^language-/);
    await expect(buttons.first()).toBeVisible();
    return buttons.evaluateAll((all) =>
      all.map((button) => (button.getAttribute("data-testid") ?? "").replace("language-", "")),
    );
  }

  async tap(tag: Tag): Promise<void> {
    await this.language(tag).click();
    await expect(this.page.getByTestId("waiting")).toBeVisible();
  }

  async cancel(): Promise<void> {
    await this.page.getByTestId("cancel").click();
  }

  /** After a call: the languages. */
  async backToLanguages(): Promise<void> {
    await this.page.getByTestId("back").click();
    await expect(this.page.getByTestId(/^language-/).first()).toBeVisible();
  }

  /** After a call: the same language once more. */
  async callAgain(): Promise<void> {
    await this.page.getByTestId("again").click();
    await expect(this.page.getByTestId("waiting")).toBeVisible();
  }
}

/** The interpreter's page. */
export class Interpreter extends Talker {
  static async signIn(page: Page, origin: string, id: number): Promise<Interpreter> {
    await signIn(page, origin, "interpreter", `interpreter-${id}`);
    return new Interpreter(page);
  }

  get ringing(): Locator {
    return this.page.getByTestId("ringing");
  }

  async becomeAvailable(): Promise<void> {
    const toggle = this.page.getByTestId("available-toggle");
    await toggle.click();
    await expect(toggle).toHaveAttribute("data-available", "true");
  }

  async accept(): Promise<void> {
    await this.page.getByTestId("accept").click();
  }

  /** Leaves the call to a colleague, with a reason of the protocol's `DeclineReason`. */
  async decline(reason: string): Promise<void> {
    await this.page.getByTestId(`decline-${reason}`).click();
  }

  async endWrapUp(): Promise<void> {
    await this.page.getByTestId("end-wrap-up").click();
    await expect(this.page.getByTestId("wrap-up")).toBeHidden();
  }
}

/** The coordinator's page. */
export class Coordinator {
  constructor(readonly page: Page) {}

  static async signIn(page: Page, origin: string): Promise<Coordinator> {
    await signIn(page, origin, "coordinator", "coordinator");
    return new Coordinator(page);
  }

  rows(kind: "queue" | "active" | "interpreter" | "tablet" | "record"): Locator {
    return this.page.getByTestId(`${kind}-row`);
  }

  interpreter(id: number): Locator {
    return this.page.locator(`[data-testid="interpreter-row"][data-id="${id}"]`);
  }
}
