import { I18nProvider } from "react-aria-components";
import { Frame } from "./frame/Frame";
import { Fence } from "./parts/States";
import { Audit } from "./screens/audit/Audit";
import { CheckIns } from "./screens/checkins/CheckIns";
import { Connections } from "./screens/connections/Connections";
import { Door } from "./screens/door/Door";
import { Measures } from "./screens/measures/Measures";
import { Messages } from "./screens/messages/Messages";
import { Minutes } from "./screens/minutes/Minutes";
import { Patients } from "./screens/patients/Patients";
import { People } from "./screens/people/People";
import { Runbook } from "./screens/runbook/Runbook";
import { Scripts } from "./screens/scripts/Scripts";
import { Settings } from "./screens/settings/Settings";
import { Shadow } from "./screens/shadow/Shadow";
import { Simulator } from "./screens/simulator/Simulator";
import { Visits } from "./screens/visits/Visits";
import { Worklist } from "./screens/worklist/Worklist";
import { useDoor } from "./state/door";
import { usePreferences } from "./state/preferences";
import { useRoute } from "./state/route";

export function App() {
  const { language } = usePreferences();
  const { screen } = useRoute();
  const { data: door } = useDoor();
  const shut = door && door.state !== "open" ? door : null;
  return (
    <I18nProvider locale={language === "es" ? "es-US" : "en-US"}>
      {shut ? (
        <Door door={shut} />
      ) : (
        <Frame>
          <Fence key={screen}>
            {screen === "worklist" && <Worklist />}
            {screen === "visits" && <Visits />}
            {screen === "patients" && <Patients />}
            {screen === "simulator" && <Simulator />}
            {screen === "messages" && <Messages />}
            {screen === "connections" && <Connections />}
            {screen === "people" && <People />}
            {screen === "runbook" && <Runbook />}
            {screen === "audit" && <Audit />}
            {screen === "checkins" && <CheckIns />}
            {screen === "scripts" && <Scripts />}
            {screen === "shadow" && <Shadow />}
            {screen === "settings" && <Settings />}
            {screen === "minutes" && <Minutes />}
            {screen === "measures" && <Measures />}
          </Fence>
        </Frame>
      )}
    </I18nProvider>
  );
}
