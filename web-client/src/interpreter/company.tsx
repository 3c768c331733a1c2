/** Who else is in the call: a coordinator who looks on, a third party by a link. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { usable } from "../core/company";
import type { Activity, GuestState } from "../core/protocol";
import { clockFace, remaining } from "../core/server-clock";
import { LinkCard } from "../ui/guest-link";
import { Icon } from "../ui/icons";
import { requestText } from "../ui/problems";
import { now } from "../ui/signals";
import type { Console, InterpreterPicture } from "./app";

type Active = Extract<Activity, { kind: "active" }>;

/**
 * Always in sight while somebody looks on or is invited. What is announced stands apart: in the lines
 * a time runs.
 */
export function CompanyLines(props: {
  desk: Console;
  activity: Active;
  /** The third party was seen and sends nothing any more. */
  silent: boolean;
}): JSX.Element {
  const { desk, activity } = props;
  const t = desk.page.texts.value;
  const { observer, guest } = activity;
  const silent = props.silent && guest?.state === "there";
  return (
    <>
      <Refusal desk={desk} />
      <p class="visually-hidden" role="status">
        {observer && t(`observer-${observer.state}`)} {guest && t(guestText(guest, silent))}
      </p>
      <div class="live-region company-region">
        {observer && (
          <p class="notice watched" data-testid="observer" data-state={observer.state}>
            <Icon name="eye" />
            <span>{t(`observer-${observer.state}`)}</span>
          </p>
        )}
        {guest && <GuestLine desk={desk} activity={activity} guest={guest} silent={silent} />}
      </div>
    </>
  );
}

/** How it stands with the third party. */
function guestText(guest: GuestState, silent: boolean): string {
  return silent ? "guest-silent" : `guest-${guest.state}`;
}

function GuestLine(props: {
  desk: Console;
  activity: Active;
  guest: GuestState;
  silent: boolean;
}): JSX.Element {
  const { desk, activity, guest, silent } = props;
  const away = silent || guest.state === "lost";
  const t = desk.page.texts.value;
  const leads = activity.role === "lead";
  return (
    <p
      class={`notice ${away ? "wait" : ""}`}
      data-testid="guest"
      data-state={guest.state}
      data-silent={silent}
    >
      <Icon name={away ? "alert" : "addPerson"} />
      <span>{t(guestText(guest, silent))}</span>
      {guest.state === "invited" && (
        <span class="numbers" role="timer">
          {t("guest-left", { time: left(desk, guest.until) })}
        </span>
      )}
      {leads && guest.state === "invited" && (
        <button
          type="button"
          class="button"
          data-testid="show-link"
          onClick={() => {
            desk.dialog.value = "invite";
          }}
        >
          {t("guest-show")}
        </button>
      )}
      {leads && (
        <button
          type="button"
          class="button"
          data-testid="remove-guest"
          disabled={desk.companyState.value.pending.includes("remove_guest")}
          onClick={() => void desk.company.remove(activity.call)}
        >
          {t("guest-remove")}
        </button>
      )}
    </p>
  );
}

/** In a dialog, which hides the lines: nobody looks on unseen. The region is always there. */
export function ObserverMark({
  desk,
  view,
}: {
  desk: Console;
  view: InterpreterPicture;
}): JSX.Element {
  const t = desk.page.texts.value;
  const observer = view.activity.kind === "active" ? view.activity.observer : null;
  return (
    <div role="status">
      {observer && (
        <p class="notice watched" data-testid="observer-in-dialog" data-state={observer.state}>
          <Icon name="eye" />
          <span>{t(`observer-${observer.state}`)}</span>
        </p>
      )}
    </div>
  );
}

/** What was asked for here and not carried out. */
function Refusal({ desk }: { desk: Console }): JSX.Element | null {
  const { refused } = desk.companyState.value;
  if (!refused) return null;
  return (
    <p class="notice alarm" role="alert" data-testid="company-refused">
      <Icon name="alert" />
      <span>{desk.page.texts.value(requestText(refused.problem))}</span>
    </p>
  );
}

/** In the dialog: a link for a third party, made when it is asked for. */
export function GuestInvitation(props: { desk: Console; activity: Active }): JSX.Element | null {
  const { desk, activity } = props;
  const t = desk.page.texts.value;
  const { call, guest } = activity;
  const state = desk.companyState.value;
  // What was refused before the dialog was opened is no answer to anything in it.
  useEffect(() => desk.company.clear(), [desk]);
  if (guest !== null && guest.state !== "invited") return null;
  const link = usable(state, call, guest);
  return (
    <section class="invite invite-guest">
      <h3>{t("guest-title")}</h3>
      <p id="invite-guest-text">{t("guest-text")}</p>
      <Refusal desk={desk} />
      <p class="visually-hidden" role="status">
        {link && t("guest-qr")}
      </p>
      {link && (
        <LinkCard
          link={link}
          words={{
            qr: t("guest-qr"),
            copy: t("guest-copy"),
            copied: t("guest-copied"),
            left: t("guest-left", { time: left(desk, link.until) }),
          }}
        />
      )}
      {!link && (
        <button
          type="button"
          class="button"
          data-testid="invite-guest"
          aria-describedby="invite-guest-text"
          disabled={state.pending.includes("invite_guest")}
          onClick={() => void desk.company.invite(call, guest !== null)}
        >
          <Icon name="addPerson" />
          {t(guest ? "guest-again" : "guest-make")}
        </button>
      )}
    </section>
  );
}

function left(desk: Console, until: number): string {
  return clockFace(remaining(desk.page.state.value.clock, until, now.value));
}
