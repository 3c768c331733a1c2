/** The list of shortcuts, and the switch that turns single keys off (WCAG 2.1.4). */
import type { JSX } from "preact";
import { KEYS } from "../core/shortcuts";
import type { Console } from "./app";

/** What the dialog says. */
export function Help({ desk, close }: { desk: Console; close: () => void }): JSX.Element {
  const t = desk.page.texts.value;
  return (
    <>
      <dl class="help-keys">
        {KEYS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(`shortcut-${does.replaceAll("_", "-")}`)}</dd>
          </div>
        ))}
      </dl>
      <label class="help-switch">
        <input
          type="checkbox"
          checked={desk.keysOn.value}
          onChange={(event) => {
            desk.keysOn.value = event.currentTarget.checked;
          }}
        />
        {t("help-enabled")}
      </label>
      <div class="dialog-end">
        <button type="button" class="button" onClick={close}>
          {t("help-close")}
        </button>
      </div>
    </>
  );
}
