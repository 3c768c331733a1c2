// `make screenshots`: the same browser and gateway as the tests, but the product is docs/*.png.
import { defineConfig } from "@playwright/test";
import { browserOptions } from "./support/browser.ts";

export default defineConfig({
  testDir: "screenshots",
  outputDir: "results",
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: browserOptions,
});
