/** A part of a board: a headed panel, usually with a table. */
import type { ComponentChildren, JSX } from "preact";
import "./section.css";

/** A headed panel. */
export function Section(props: {
  id: string;
  title: string;
  count?: number;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class={`panel section ${props.id}`} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>
        {props.title}
        {props.count !== undefined && <span class="section-count numbers">{props.count}</span>}
      </h2>
      {props.children}
    </section>
  );
}

/**
 * A table with these column heads. A head that starts with `#` is a column of numbers, one that
 * starts with `!` is for those who hear it only.
 */
export function Table(props: {
  label: string;
  heads: readonly string[];
  children: ComponentChildren;
}): JSX.Element {
  return (
    // Wide tables scroll inside their panel, by keyboard too. A group and not a region: the panel
    // around it is the landmark.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would mean form controls.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling group must be reachable by keyboard.
    <div class="table-frame" role="group" tabIndex={0} aria-label={props.label}>
      <table>
        <thead>
          <tr>
            {props.heads.map((head) => (
              <th key={head} scope="col" class={head.startsWith("#") ? "number" : ""}>
                {head.startsWith("!") ? (
                  <span class="visually-hidden">{head.slice(1)}</span>
                ) : (
                  head.replace(/^#/, "")
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
