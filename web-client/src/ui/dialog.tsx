/** A modal dialog of the consoles. The browser keeps the focus inside and gives it back afterwards. */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import "./dialog.css";

/** Shown while `open`; `close` is called by Escape too. Its contents exist only while it is open. */
export function Dialog(props: {
  id: string;
  open: boolean;
  title: string;
  close: () => void;
  children: ComponentChildren;
}): JSX.Element {
  const { id, open } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (open && !dialog.current?.open) {
      dialog.current?.showModal();
      // Not on the first button: a second Enter of the key that opened it would press it.
      title.current?.focus();
    }
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class={`panel dialog dialog-${id}`}
      data-testid={`dialog-${id}`}
      aria-labelledby={`${id}-dialog-title`}
      onClose={props.close}
    >
      {open && (
        <>
          <h2 ref={title} id={`${id}-dialog-title`} tabIndex={-1}>
            {props.title}
          </h2>
          {props.children}
        </>
      )}
    </dialog>
  );
}
