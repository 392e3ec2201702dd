import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Relative, so that the same build opens in the window and over loopback HTTP.
  base: "./",
  plugins: [react()],
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
