/** One text twice: large for the visitor in their language, small in French for the agent. */
import type { JSX } from "preact";
import type { Texts, TextValues } from "../core/texts";
import { FRENCH } from "../core/visitor-texts";
import type { TabletPage } from "./app";

/** The text `id` for visitor and agent. French alone when the visitor reads French. */
export function TwoTongues(props: {
  tablet: TabletPage;
  id: string;
  /** The values, or those for one reader, such as a date in their language. */
  values?: TextValues | ((reader: Texts) => TextValues);
  class?: string;
}): JSX.Element {
  const { id, values } = props;
  const visitor = props.tablet.visitor.value;
  const read = (reader: Texts) =>
    reader(id, typeof values === "function" ? values(reader) : values);
  return (
    <span class={`two-lines ${props.class ?? ""}`} dir={visitor.dir}>
      <span lang={visitor.locale}>{read(visitor)}</span>
      {visitor.locale !== FRENCH.locale && (
        <span class="agent-line" lang="fr" dir="ltr">
          {read(FRENCH)}
        </span>
      )}
    </span>
  );
}

/** The text `id` in the visitor's language, for labels that are not seen. */
export function visitorLabel(tablet: TabletPage, id: string): string {
  return tablet.visitor.value(id);
}
