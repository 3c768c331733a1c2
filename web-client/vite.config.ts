/**
 * How the pages are built: one HTML entry each, hashed names under /assets, nothing inlined, so
 * that `default-src 'self'` is all the content security policy they need.
 */
import { defineConfig } from "vitest/config";

/** The gateway during `npm run dev`; it serves the socket and the small HTTP interface. */
const gateway = process.env["PASSERELLE_DEV_GATEWAY"] ?? "http://localhost:8080";

export default defineConfig({
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Chromium and Safari on tablets bought since 2021.
    target: ["es2022", "safari15.4", "firefox115"],
    // A data: address would need a wider policy.
    assetsInlineLimit: 0,
    // No preload helper in the tablet's script: what is loaded later has nothing to preload.
    modulePreload: false,
    rolldownOptions: {
      input: [
        "index.html",
        "tablet.html",
        "interpreter.html",
        "coordinator.html",
        "administrator.html",
        "guest.html",
      ],
    },
  },
  server: {
    proxy: {
      "/ws": { target: gateway, ws: true },
      "/api": gateway,
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
