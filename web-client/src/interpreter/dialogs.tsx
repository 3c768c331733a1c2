/** The console's one dialog, and what it holds. A ring closes it, which would lie under it. */
import type { JSX } from "preact";
import { Dialog } from "../ui/dialog";
import type { Console, InterpreterPicture } from "./app";
import { AskHelp } from "./ask-help";
import { ObserverMark } from "./company";
import { Help } from "./help";
import { Invite } from "./invite";
import { Transfer } from "./transfer";

type Wanted = Console["dialog"]["value"];

const TITLE: Record<NonNullable<Wanted>, string> = {
  keys: "help",
  help: "help-ask",
  transfer: "transfer-title",
  invite: "invite-title",
};

/** Passing on and calling in are the lead's, in a conversation. */
function fits(view: InterpreterPicture, wanted: Wanted): boolean {
  const { activity } = view;
  if (wanted === "invite" || wanted === "transfer")
    return activity.kind === "active" && activity.role === "lead";
  return activity.kind !== "ringing";
}

/** See the module. */
export function Dialogs({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const t = desk.page.texts.value;
  const { activity } = view;
  const wanted = desk.dialog.value;
  const shown = fits(view, wanted) ? wanted : null;
  const close = () => {
    desk.dialog.value = null;
  };
  return (
    <Dialog
      id={shown ?? "none"}
      open={shown !== null}
      title={t(TITLE[shown ?? "help"])}
      close={close}
    >
      <ObserverMark desk={desk} view={view} />
      {shown === "keys" && <Help desk={desk} close={close} />}
      {shown === "help" && <AskHelp desk={desk} view={view} close={close} />}
      {shown === "transfer" && activity.kind === "active" && (
        <Transfer desk={desk} present={activity.language} close={close} />
      )}
      {shown === "invite" && activity.kind === "active" && (
        <Invite desk={desk} view={view} activity={activity} close={close} />
      )}
    </Dialog>
  );
}
