/** Said on the consoles when the gateway runs on an older backup than what the page has shown. */
import type { JSX } from "preact";
import type { Role } from "../core/protocol";
import { Icon } from "./icons";
import type { Page } from "./page";

/** A strip until it is read. The region is always there, so that it is announced. */
export function RestoredNotice<R extends Role>({ page }: { page: Page<R> }): JSX.Element {
  const t = page.texts.value;
  return (
    <div role="alert" class="live-region">
      {page.state.value.restored && (
        <p class="notice wait" data-testid="restored">
          <Icon name="alert" />
          <span>{t("restored")}</span>
          <button type="button" class="button" onClick={() => page.connection.restoredRead()}>
            {t("restored-read")}
          </button>
        </p>
      )}
    </div>
  );
}
