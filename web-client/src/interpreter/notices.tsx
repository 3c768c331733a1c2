/** The coordinators' texts to everybody: a banner each, read and put away. Nothing is kept. */

import type { JSX } from "preact";
import { hour } from "../core/moments";
import { zoneOf } from "../core/zone";
import { Icon } from "../ui/icons";
import type { Console } from "./app";

/** The texts not put away yet, newest last. The region is always there, so that it is announced. */
export function Notices({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const zone = zoneOf(desk.page.state.value.directory);
  const { read } = desk.local.value;
  const shown = desk.page.state.value.notices.filter((notice) => !read.includes(notice));
  return (
    <div role="status" class="live-region notices" aria-label={t("notices")}>
      {shown.map((notice) => (
        <p key={notice.sent_at} class="notice from-coordinators" data-testid="notice">
          <Icon name="speech" />
          <span class="two-lines">
            <span class="agent-line">
              {t("notice-from", { time: hour(t.locale, notice.sent_at, zone) })}
            </span>
            <span class="notice-text">{notice.text}</span>
          </span>
          <button
            type="button"
            class="button"
            data-testid="notice-close"
            onClick={() => desk.controller.dismiss(notice)}
          >
            {t("notice-close")}
          </button>
        </p>
      ))}
    </div>
  );
}
