import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * The window freezes Object.prototype, and what is inherited from a frozen object cannot be assigned over.
 * d3 assigns `constructor` and `toString` to its prototypes: they get properties of their own to assign to first.
 */
const frozenPrototype: Plugin = {
  name: "frozen-prototype",
  transform(code, id) {
    if (!/\/node_modules\/d3-\w+\//.test(id)) return null;
    return code.replace(
      /^(\s*)(\w+(?:\.prototype)?)\.(constructor|toString|valueOf) = /gm,
      '$1Object.defineProperty($2, "$3", { value: $2.$3, writable: true, configurable: true });$&',
    );
  },
};

export default defineConfig({
  // Relative, so that the same build opens in the window and over loopback HTTP.
  base: "./",
  plugins: [react(), frozenPrototype],
  build: {
    target: "safari15",
    outDir: "dist",
    emptyOutDir: true,
    // The content security policy allows no data: scripts or fonts; keep every asset a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: { host: "127.0.0.1", port: 5180, strictPort: false },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    css: false,
  },
});
