/** Before the call: what this is, who will see and hear one, and oneself in the picture. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "../ui/icons";
import { Level } from "../ui/level";
import { deviceText } from "../ui/problems";
import { Video } from "../ui/video";
import type { GuestPage } from "./app";

const POINTS: readonly { readonly icon: IconName; readonly id: string }[] = [
  { icon: "speech", id: "lobby-what" },
  { icon: "eye", id: "lobby-who" },
  { icon: "notRecorded", id: "lobby-not-recorded" },
  { icon: "lock", id: "lobby-once" },
];

/** See the module. One tap joins. */
export function Lobby({ page }: { page: GuestPage }): JSX.Element {
  const t = page.texts.value;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const { problem } = page.media.value;
  return (
    <div class="lobby">
      <section class="lobby-words">
        <h1 ref={title} tabIndex={-1}>
          {t("lobby-title")}
        </h1>
        <ul>
          {POINTS.map(({ icon, id }) => (
            <li key={id}>
              <Icon name={icon} />
              <span>{t(id)}</span>
            </li>
          ))}
        </ul>
        <button
          type="button"
          class="button primary lobby-join"
          data-testid="join"
          onClick={() => page.controller.join()}
        >
          <Icon name="camera" off={problem !== null} />
          {t(problem === null ? "join" : "join-without")}
        </button>
      </section>
      <Preview page={page} />
    </div>
  );
}

function Preview({ page }: { page: GuestPage }): JSX.Element {
  const t = page.texts.value;
  const { local, problem } = page.media.value;
  return (
    <section class="panel lobby-preview" aria-label={t("preview-title")}>
      <div class="lobby-frame">
        {local && local.getVideoTracks().length > 0 ? (
          <Video
            class="mirrored"
            stream={local}
            muted
            testId="preview-video"
            label={t("self-view")}
          />
        ) : (
          <Icon name="camera" off={problem !== null || local !== null} />
        )}
      </div>
      {local && local.getAudioTracks().length > 0 && (
        <Level stream={local} label={t("preview-level")} />
      )}
      <div role="status">
        {problem ? (
          <p class="notice wait" data-testid="device-problem">
            <Icon name="alert" />
            <span>{t(deviceText(problem))}</span>
            <button type="button" class="button" onClick={() => void page.controller.tryDevices()}>
              {t("retry")}
            </button>
          </p>
        ) : (
          <p class="lobby-note">{t(local ? "preview-alone" : "preview-opening")}</p>
        )}
      </div>
    </section>
  );
}
