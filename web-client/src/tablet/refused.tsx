/** What was asked for in vain, and why, for the agent: the same words on every screen. */
import type { JSX } from "preact";
import type { Wish } from "../core/tablet";
import { Icon } from "../ui/icons";
import { requestText } from "../ui/problems";
import type { TabletPage } from "./app";

const WISH_TEXT: Record<Wish, string> = {
  tap: "refused-call",
  answer_callback: "refused-call",
  answer_appointment: "refused-call",
  cancel_callback: "refused-cancel",
  cancel_appointment: "refused-cancel",
  change_mode: "refused-way",
  set_subject: "refused-subject",
  request_callback: "refused-callback",
};

/** The newest refusal; nothing when there is none. */
export function Refused({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const { refusal } = tablet.local.value;
  const t = tablet.page.texts.value;
  if (!refusal) return null;
  const { wish, problem } = refusal;
  return (
    <p class="notice alarm" role="alert" data-testid="refused" data-wish={wish}>
      <Icon name="alert" />
      <span lang={t.locale} dir="ltr">
        {t(WISH_TEXT[wish])} {t(requestText(problem))}
      </span>
    </p>
  );
}
