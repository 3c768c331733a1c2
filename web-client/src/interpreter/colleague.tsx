/** A colleague in the conversation: sought, coming or there; and taking it over. */
import type { JSX } from "preact";
import type { Activity } from "../core/protocol";
import { Icon } from "../ui/icons";
import type { Console } from "./app";

type InCall = Extract<Activity, { kind: "connecting" | "active" }>;

/** What the lead sees of the colleague, and the colleague of the lead. */
export function ColleagueLine({
  desk,
  activity,
}: {
  desk: Console;
  activity: InCall;
}): JSX.Element {
  return (
    <div role="status" class="live-region">
      {activity.kind === "active" && activity.role === "lead" && activity.colleague && (
        <Wanted desk={desk} activity={activity} />
      )}
      {activity.kind === "active" && activity.role !== "lead" && (
        <Beside desk={desk} activity={activity} />
      )}
    </div>
  );
}

type Active = Extract<Activity, { kind: "active" }>;

function Wanted({ desk, activity }: { desk: Console; activity: Active }): JSX.Element | null {
  const t = desk.page.texts.value;
  const { colleague } = activity;
  if (!colleague) return null;
  const role = colleague.role === "second" ? "second" : "relief";
  return (
    <p
      class="notice"
      data-testid="colleague"
      data-role={colleague.role}
      data-state={colleague.state}
    >
      <Icon name="swap" />
      <span>{t(`colleague-${role}-${colleague.state}`)}</span>
      <button
        type="button"
        class="button"
        data-testid="cancel-invite"
        disabled={desk.local.value.pending === "cancel_invite"}
        onClick={() => void desk.controller.cancelInvite()}
      >
        {t("colleague-cancel")}
      </button>
    </p>
  );
}

function Beside({ desk, activity }: { desk: Console; activity: Active }): JSX.Element {
  const t = desk.page.texts.value;
  return (
    <p
      class="notice"
      data-testid="colleague"
      data-role={activity.role}
      data-state={activity.colleague?.state}
    >
      <Icon name="swap" />
      <span>{t(activity.role === "relief" ? "relief-here" : "second-here")}</span>
      {activity.role === "relief" && (
        <button
          type="button"
          class="button primary"
          data-testid="take-over"
          disabled={desk.local.value.pending === "take_over"}
          onClick={() => void desk.controller.takeOver()}
        >
          {t("take-over")}
          <kbd>⇧ R</kbd>
        </button>
      )}
    </p>
  );
}
