import { I18nProvider } from "react-aria-components";
import { Frame } from "./frame/Frame";
import { Fence } from "./parts/States";
import { Connections } from "./screens/connections/Connections";
import { Simulator } from "./screens/simulator/Simulator";
import { Worklist } from "./screens/worklist/Worklist";
import { usePreferences } from "./state/preferences";
import { useRoute } from "./state/route";

export function App() {
  const { language } = usePreferences();
  const { screen } = useRoute();
  return (
    <I18nProvider locale={language === "es" ? "es-US" : "en-US"}>
      <Frame>
        <Fence key={screen}>
          {screen === "worklist" && <Worklist />}
          {screen === "simulator" && <Simulator />}
          {screen === "connections" && <Connections />}
        </Fence>
      </Frame>
    </I18nProvider>
  );
}
