/** The list of shortcuts, and the switch that turns single keys off (WCAG 2.1.4). */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { KEYS } from "../core/shortcuts";
import type { Console } from "./app";

/** The dialog; nothing while it is closed. */
export function Help({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const dialog = useRef<HTMLDialogElement>(null);
  // A ring closes the list, which would lie over it and keep the keyboard. Before the ring's own
  // effect, because closing gives the focus back to where it was and the ring then takes it.
  const ringing = desk.page.state.value.view?.activity.kind === "ringing";
  const open = desk.helping.value && !ringing;
  useLayoutEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="panel help"
      aria-labelledby="help-title"
      onClose={() => {
        desk.helping.value = false;
      }}
    >
      <h2 id="help-title">{t("help")}</h2>
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
      <button
        type="button"
        class="button"
        onClick={() => {
          desk.helping.value = false;
        }}
      >
        {t("help-close")}
      </button>
    </dialog>
  );
}
