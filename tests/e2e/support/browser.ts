// The browser under test: where it lies and how it is started.
import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from "@playwright/test";

/** What every context and the browser itself are given. */
export const browserOptions: Partial<PlaywrightTestOptions & PlaywrightWorkerOptions> = {
  // The gateway makes its own certificate at first start.
  ignoreHTTPSErrors: true,
  permissions: ["camera", "microphone"],
  locale: "fr-FR",
  timezoneId: "Europe/Paris",
  launchOptions: {
    executablePath: process.env["PASSERELLE_CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      // CI runs as root, where Chromium's sandbox does not start.
      "--no-sandbox",
      // A moving pattern with a beep each second, taken without a question.
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      // Nothing but the page under test uses the network.
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-quic",
      "--no-first-run",
    ],
  },
};
