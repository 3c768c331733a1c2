/** When a closed language opens, for visitor and agent, each with the date in their language. */

import type { JSX } from "preact";
import { openingMoment } from "../core/opening";
import type { Timestamp } from "../core/protocol";
import { clockOffset } from "../core/server-clock";
import type { Texts } from "../core/texts";
import { FRENCH } from "../core/visitor-texts";
import { zoneOf } from "../core/zone";
import type { TabletPage } from "./app";

/** "Opens Monday 08:30"; that it is closed, when nobody knows until when. */
export function Opening(props: {
  tablet: TabletPage;
  texts: Texts;
  at: Timestamp | null;
  /** Put before the French line, such as the language's French name. */
  lead?: string;
}): JSX.Element {
  const { texts, at, lead } = props;
  const { clock, directory } = props.tablet.page.state.value;
  const now = Date.now() + clockOffset(clock);
  const zone = zoneOf(directory);
  const line = (reader: Texts) =>
    at === null
      ? reader("closed-now")
      : reader("closed-opens", { when: openingMoment(at, now, reader.locale, zone) });
  const french = texts.locale === FRENCH.locale;
  return (
    <span class="opening two-lines" dir={texts.dir}>
      <span lang={texts.locale}>{line(texts)}</span>
      {(!french || lead) && (
        <span class="agent-line" lang="fr" dir="ltr">
          {[lead, french ? "" : line(FRENCH)].filter(Boolean).join(" · ")}
        </span>
      )}
    </span>
  );
}
