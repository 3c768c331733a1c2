// Calls in which one browser is Firefox; `make firefox` makes the network they need.
import { defineConfig } from "@playwright/test";
import browserTests from "./playwright.config.ts";

export default defineConfig(browserTests, { testDir: "firefox" });
