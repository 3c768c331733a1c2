/** The test of camera and microphone before going available. Nothing leaves the computer. */
import type { JSX } from "preact";
import { Icon } from "../ui/icons";
import { Level } from "../ui/level";
import { deviceText } from "../ui/problems";
import { Video } from "../ui/video";
import type { Console } from "./app";

/** The panel with one's own picture. */
export function DevicePreview({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const { local, problem } = desk.media.value;
  const shown = problem ?? desk.local.value.blocked;
  return (
    <section class="panel preview-panel">
      <h2>{t("preview-title")}</h2>
      {shown && (
        <p class="notice alarm" role="alert" data-testid="device-problem">
          <Icon name="camera" off />
          <span>{t(deviceText(shown))}</span>
        </p>
      )}
      {local ? (
        <>
          <div class="preview-frame">
            <Video
              class="mirrored"
              stream={local}
              muted
              testId="preview-video"
              label={t("self-view")}
            />
          </div>
          <Level stream={local} label={t("preview-level")} />
          <p class="quiet-text">{t("preview-hands")}</p>
        </>
      ) : (
        <p class="quiet-text">{t("preview-text")}</p>
      )}
      <button
        type="button"
        class="button"
        data-testid="preview-toggle"
        onClick={() => void desk.controller.preview(local === null)}
      >
        <Icon name="camera" off={local !== null} />
        {t(local ? "preview-close" : "preview-open")}
      </button>
    </section>
  );
}
