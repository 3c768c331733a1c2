// How the browser tests run: Debian's Chromium with fake camera and microphone, one test at a time
// (two cores encode two videos), no second try (a test that passes the second time has failed).
import { defineConfig } from "@playwright/test";
import { browserOptions } from "./support/browser.ts";

export default defineConfig({
  testDir: "specs",
  outputDir: "results",
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  // A whole journey; each wait inside has its own, shorter deadline.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["./support/summary.ts"]],
  // No trace: it films every page, and the two cores are busy with the videos of the call.
  use: { ...browserOptions, screenshot: "only-on-failure" },
});
