import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { openHost } from "./host";
import { openWords } from "./i18n";
import { watchTheDoor } from "./state/door";
import { preferences, wear } from "./state/preferences";
import { follow, queries } from "./state/queries";
import "./styles/tokens.css";
import "./styles/base.css";

wear();
openWords(preferences().language);

// Not top-level await: the oldest web view supported does not know it.
void openHost().then((host) => {
  follow(host);
  watchTheDoor();
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
});
