/** One text twice: large for the visitor in their language, small in French for the agent. */
import type { JSX } from "preact";
import type { Texts, TextValues } from "../core/texts";
import { FRENCH } from "../core/visitor-texts";
import type { TabletPage } from "./app";

/** The text `id` for visitor and agent. French alone when the visitor reads French. */
export function TwoTongues(props: {
  tablet: TabletPage;
  id: string;
  values?: TextValues;
  class?: string;
  /** The visitor's texts, when not those of the screen. */
  texts?: Texts;
}): JSX.Element {
  const visitor = props.texts ?? props.tablet.visitor.value;
  return (
    <span class={`two-lines ${props.class ?? ""}`} dir={visitor.dir}>
      <span lang={visitor.locale}>{visitor(props.id, props.values)}</span>
      {visitor.locale !== FRENCH.locale && (
        <span class="agent-line" lang="fr" dir="ltr">
          {FRENCH(props.id, props.values)}
        </span>
      )}
    </span>
  );
}

/** The text `id` in the visitor's language, for labels that are not seen. */
export function visitorLabel(tablet: TabletPage, id: string): string {
  return tablet.visitor.value(id);
}
