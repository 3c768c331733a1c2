/** One text twice: large for the visitor in their language, small in French for the agent. */
import type { JSX } from "preact";
import type { TextValues } from "../core/texts";
import type { TabletPage } from "./app";

/** The text `id` for visitor and agent. French alone when the visitor reads French. */
export function TwoTongues(props: {
  tablet: TabletPage;
  id: string;
  values?: TextValues;
  class?: string;
}): JSX.Element | null {
  const visitor = props.tablet.visitor.value;
  const agent = props.tablet.agent.value;
  if (!visitor) return null;
  const both = agent !== null && visitor.locale !== agent.locale;
  return (
    <span class={`two-lines ${props.class ?? ""}`}>
      <span lang={visitor.locale} dir={visitor.dir}>
        {visitor(props.id, props.values)}
      </span>
      {both && (
        <span class="agent-line" lang="fr" dir="ltr">
          {agent(props.id, props.values)}
        </span>
      )}
    </span>
  );
}

/** The text `id` in the visitor's language, for labels that are not seen. */
export function visitorLabel(tablet: TabletPage, id: string): string {
  return tablet.visitor.value?.(id) ?? "";
}
