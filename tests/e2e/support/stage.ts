// The stage of a test: its own gateway, and people who each have a browser context of their own, as
// on separate machines. Interpreters sit at another browser process than the counters, so that
// nothing of a call can take a way inside one. Everything is closed at the end, and the gateway must
// have ended well.
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  type Page,
} from "@playwright/test";
import { Gateway } from "./gateway.ts";
import { Network } from "./network.ts";
import { Coordinator, Interpreter, Tablet, type Tag } from "./people.ts";
import { expectMovingVideoAndSound, installProbe } from "./probe.ts";

interface DemoIdentity {
  identity: { role: string; tablet?: number; interpreter?: number };
  label: string;
  detail: string;
}

/** Two who see and hear each other. */
export interface Conversation {
  readonly tablet: Tablet;
  readonly interpreter: Interpreter;
  /** Their pages, and whose each is. */
  readonly pages: readonly [Page, string][];
}

/** Opens pages for people. */
export class Stage {
  private readonly contexts: BrowserContext[] = [];
  private readonly networks: Network[] = [];
  /** Run in every page opened from now on, before the page's own scripts. */
  readonly scripts: (() => void)[] = [installProbe];

  constructor(
    readonly gateway: Gateway,
    private readonly counters: Browser,
    private readonly homes: Browser,
  ) {}

  /** A page on a machine of its own. */
  async page(browser = this.counters, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options);
    this.contexts.push(context);
    for (const script of this.scripts) await context.addInitScript(script);
    return context.newPage();
  }

  /** A page on a machine whose network can fail; it finds the gateway at the network's `origin`. */
  async pageBehindNetwork(): Promise<{ page: Page; network: Network }> {
    const page = await this.page();
    const network = await Network.of(page, this.gateway.origin);
    this.networks.push(network);
    return { page, network };
  }

  /** A tablet; `before` runs in its page before the page's own scripts. */
  async tablet(id = 1, before?: () => void): Promise<Tablet> {
    const page = await this.page();
    if (before !== undefined) await page.addInitScript(before);
    return Tablet.signIn(page, this.gateway.origin, id);
  }

  async interpreter(id: number): Promise<Interpreter> {
    return Interpreter.signIn(await this.page(this.homes), this.gateway.origin, id);
  }

  /** Signs in and takes calls. */
  async availableInterpreter(id: number): Promise<Interpreter> {
    const interpreter = await this.interpreter(id);
    await interpreter.becomeAvailable();
    return interpreter;
  }

  /** A tablet behind a network that can fail. */
  async tabletBehindNetwork(id = 1): Promise<{ tablet: Tablet; network: Network }> {
    const { page, network } = await this.pageBehindNetwork();
    return { tablet: await Tablet.signIn(page, network.origin, id), network };
  }

  /** An interpreter of a language, not yet available, behind a network that can fail. */
  async interpreterBehindNetwork(
    tag: Tag,
  ): Promise<{ interpreter: Interpreter; network: Network }> {
    const { page, network } = await this.pageBehindNetwork();
    const number = await this.interpreterOf(tag);
    return { interpreter: await Interpreter.signIn(page, network.origin, number), network };
  }

  /** A call of a tablet, in whose page `before` runs first, with an interpreter of a language. */
  async conversation(tag: Tag, before?: () => void): Promise<Conversation> {
    const interpreter = await this.availableInterpreter(await this.interpreterOf(tag));
    return this.conversationWith(interpreter, tag, before);
  }

  /** The same with this interpreter, who is available. */
  async conversationWith(
    interpreter: Interpreter,
    tag: Tag,
    before?: () => void,
  ): Promise<Conversation> {
    const tablet = await this.tablet(1, before);
    await tablet.tap(tag);
    await interpreter.accept();
    const pages: [Page, string][] = [
      [tablet.page, "tablet"],
      [interpreter.page, "interpreter"],
    ];
    await Promise.all(pages.map(([page, who]) => expectMovingVideoAndSound(page, who)));
    return { tablet, interpreter, pages };
  }

  async coordinator(): Promise<Coordinator> {
    return Coordinator.signIn(await this.page(), this.gateway.origin);
  }

  /** The numbers of the interpreters who take a language, as the sign-in page lists them. */
  async interpretersOf(tag: Tag): Promise<number[]> {
    const context = await this.counters.newContext();
    const url = `${this.gateway.origin}/api/session?role=interpreter`;
    const { identities } = (await (await context.request.get(url)).json()) as {
      identities: DemoIdentity[];
    };
    await context.close();
    return identities
      .filter(({ detail }) => detail.split(/[^a-z-]+/).includes(tag))
      .flatMap(({ identity }) => identity.interpreter ?? []);
  }

  /** The number of somebody who takes a language. */
  async interpreterOf(tag: Tag): Promise<number> {
    const [first] = await this.interpretersOf(tag);
    if (first === undefined) throw new Error(`nobody in the demonstration takes ${tag}`);
    return first;
  }

  /** The numbers of two people who take the language. */
  async twoInterpretersOf(tag: Tag): Promise<[number, number]> {
    const [first, second] = await this.interpretersOf(tag);
    if (first === undefined || second === undefined) {
      throw new Error(`fewer than two people in the demonstration take ${tag}`);
    }
    return [first, second];
  }

  async close(): Promise<void> {
    for (const network of this.networks) network.close();
    for (const context of this.contexts) await context.close();
  }
}

/**
 * Playwright's `test` with a stage. `environment` configures the gateway, for example to shorten a
 * deadline that a test has to wait for.
 */
export const test = base.extend<
  { environment: Record<string, string>; stage: Stage },
  { secondBrowser: Browser }
>({
  environment: [{}, { option: true }],
  secondBrowser: [
    async ({ playwright, launchOptions }, use) => {
      const browser = await playwright.chromium.launch(launchOptions);
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
  stage: async ({ browser, secondBrowser, environment }, use) => {
    const gateway = await Gateway.start(environment);
    const stage = new Stage(gateway, browser, secondBrowser);
    try {
      await use(stage);
      await stage.close();
      await gateway.stop();
    } finally {
      await gateway.stop().catch(() => undefined);
      await gateway.discard();
    }
  },
});

export { expect } from "@playwright/test";
