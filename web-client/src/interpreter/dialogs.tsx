/** The console's one dialog, and what it holds. A ring closes it, which would lie under it. */
import type { JSX } from "preact";
import { Dialog } from "../ui/dialog";
import type { Console, InterpreterPicture } from "./app";
import { AskHelp } from "./ask-help";
import { Help } from "./help";
import { Transfer } from "./transfer";

/** See the module. */
export function Dialogs({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const t = desk.page.texts.value;
  const { activity } = view;
  const wanted = desk.dialog.value;
  const leads = activity.kind === "active" && activity.role === "lead";
  const fits = wanted === "transfer" ? leads : activity.kind !== "ringing";
  const shown = fits ? wanted : null;
  const close = () => {
    desk.dialog.value = null;
  };
  const title = shown === "keys" ? "help" : shown === "transfer" ? "transfer-title" : "help-ask";
  return (
    <Dialog id={shown ?? "none"} open={shown !== null} title={t(title)} close={close}>
      {shown === "keys" && <Help desk={desk} close={close} />}
      {shown === "help" && <AskHelp desk={desk} view={view} close={close} />}
      {shown === "transfer" && activity.kind === "active" && (
        <Transfer desk={desk} present={activity.language} close={close} />
      )}
    </Dialog>
  );
}
