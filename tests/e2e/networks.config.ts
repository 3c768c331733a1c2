// Calls through networks whose kernel blocks what firewalls block; `make networks` makes them.
import { defineConfig } from "@playwright/test";
import browserTests from "./playwright.config.ts";
import { browserOptions } from "./support/browser.ts";

/** The fake camera gives 20 frames a second, unless it is told otherwise. */
const CAMERA = "--use-fake-device-for-media-stream";

export default defineConfig(browserTests, {
  testDir: "networks",
  use: {
    launchOptions: {
      ...browserOptions.launchOptions,
      args: (browserOptions.launchOptions?.args ?? []).map((argument) =>
        argument === CAMERA ? `${CAMERA}=fps=30` : argument,
      ),
    },
  },
});
