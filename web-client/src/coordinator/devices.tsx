/** The tablets of every site: what is paired as each, a code for one, and taking one away. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import {
  type Code,
  deviceOf,
  isLetIn,
  isUsed,
  type SiteDevices,
  type TabletDevice,
} from "../core/devices";
import { siteName } from "../core/names";
import { clockFace, remaining } from "../core/server-clock";
import { zoneOf } from "../core/zone";
import { QrCode } from "../ui/guest-link";
import { Icon } from "../ui/icons";
import { now } from "../ui/signals";
import type { Board } from "./app";
import { moment } from "./parts";
import "../ui/company.css";
import "./devices.css";

/** While it is looked at, the list is this fresh: whoever holds the tablet waits to hear "done". */
const FRESH_MS = 2_000;

/** The list, or the code that has just been made. */
export function DeviceList({ board }: { board: Board }): JSX.Element {
  const { desk, devices, t } = board;
  useEffect(() => {
    void desk.load();
    const timer = setInterval(() => void desk.load(), FRESH_MS);
    return () => {
      clearInterval(timer);
      // A code is shown once.
      desk.closeCode();
    };
  }, [desk]);
  const { sites, code, problem } = devices.value;
  return (
    <div class="devices" data-testid="devices">
      {problem && (
        <p class="notice alarm" role="alert" data-problem={problem}>
          <Icon name="alert" />
          <span>{t(`device-problem-${problem}`)}</span>
        </p>
      )}
      {code ? <CodeCard board={board} code={code} /> : <Sites board={board} sites={sites ?? []} />}
    </div>
  );
}

function Sites(props: { board: Board; sites: readonly SiteDevices[] }): JSX.Element {
  const { board, sites } = props;
  return (
    <ul class="device-sites">
      {sites
        .filter(({ tablets }) => tablets.length > 0)
        .map(({ site, name, tablets }) => (
          <li key={site}>
            <h3>{name}</h3>
            <ul>
              {tablets.map((device) => (
                <Row key={device.tablet} board={board} device={device} />
              ))}
            </ul>
          </li>
        ))}
    </ul>
  );
}

function Row({ board, device }: { board: Board; device: TabletDevice }): JSX.Element {
  const { t, desk, devices } = board;
  const { tablet, state, connected } = device;
  const sure = useSignal(false);
  const { busy } = devices.value;
  return (
    <li
      class={`device ${state}`}
      data-testid="device"
      data-id={tablet}
      data-state={state}
      data-connected={connected}
    >
      <span class="two-lines device-what">
        <span>
          <strong>{t("device-number", { number: tablet })}</strong> ·{" "}
          {t(`device-${state.replaceAll("_", "-")}`)}
          {connected && ` · ${t("tablet-connected")}`}
        </span>
        <span class="agent-line">{details(board, device)}</span>
      </span>
      {sure.value ? (
        <Sure
          board={board}
          device={device}
          close={() => {
            sure.value = false;
          }}
        />
      ) : (
        <>
          <button
            type="button"
            class="button"
            data-testid="pair-tablet"
            aria-label={t("device-pair-label", { number: tablet })}
            disabled={busy}
            onClick={() => void desk.makeCode(tablet)}
          >
            <Icon name="tablet" />
            {t("device-pair")}
          </button>
          {isLetIn(device) && (
            <button
              type="button"
              class="button"
              data-testid="remove-tablet"
              aria-label={t("device-remove-label", { number: tablet })}
              disabled={busy}
              onClick={() => {
                sure.value = true;
              }}
            >
              <Icon name="cross" />
              {t("device-remove")}
            </button>
          )}
        </>
      )}
    </li>
  );
}

/** Two steps: a call of this tablet ends with it. */
function Sure(props: { board: Board; device: TabletDevice; close: () => void }): JSX.Element {
  const { board, device, close } = props;
  const { t, desk, view } = board;
  const row = view.tablets.find(({ tablet }) => tablet === device.tablet);
  const calls = row?.call != null;
  return (
    <div class="device-sure" role="alert">
      <p>{t(calls ? "device-remove-call" : "device-remove-what")}</p>
      <button
        type="button"
        class="button danger"
        data-testid="remove-tablet-confirm"
        onClick={async () => {
          await desk.remove(device.tablet);
          close();
        }}
      >
        {t("device-remove-confirm")}
      </button>
      <button type="button" class="button" onClick={close}>
        {t("device-keep")}
      </button>
    </div>
  );
}

/** Since when, by whom, last there. */
function details(board: Board, device: TabletDevice): string {
  const { t } = board;
  const { state, since, paired_by: by, seen_on: seen } = device;
  const parts: string[] = [];
  if (since !== null) parts.push(t("device-since", { time: moment(board, since) }));
  if (state === "paired" && since !== null) {
    parts.push(by === null ? t("device-by-command") : t("device-by", { session: by }));
  }
  if (seen !== null) parts.push(t("device-seen", { day: day(board, seen) }));
  if (device.code_until !== null) parts.push(t("device-code-open"));
  return parts.join(" · ");
}

/** A day as the gateway counts them, in UTC: its noon is the same day everywhere in Europe. */
function day(board: Board, begins: number): string {
  const noon = begins + 12 * 60 * 60 * 1000;
  const form = { day: "numeric", month: "long", timeZone: zoneOf(board.directory) } as const;
  return new Intl.DateTimeFormat(board.t.locale, form).format(noon);
}

/** The code, to be read out or photographed, until it is used or expires. */
function CodeCard({ board, code }: { board: Board; code: Code }): JSX.Element {
  const { t, desk, devices, view } = board;
  const used = isUsed(devices.value, code);
  const left = remaining(board.clock, code.until, now.value);
  const row = view.tablets.find(({ tablet }) => tablet === code.tablet);
  const replaces = deviceOf(devices.value, code.tablet)?.state === "paired" && !used;
  return (
    <section class="device-code" data-testid="code-card" data-used={used}>
      <h3>
        {t("device-number", { number: code.tablet })}
        {row && ` · ${siteName(board.directory, row.site)}`}
      </h3>
      <div role="status">
        {used && (
          <p class="notice" data-testid="code-used">
            <Icon name="check" />
            <span>{t("device-code-used")}</span>
          </p>
        )}
      </div>
      {!used && (
        <>
          <p class="dialog-text">{t("device-code-text")}</p>
          <div class="link-card">
            <QrCode text={code.url} label={t("device-code-qr")} />
            <div class="link-side">
              <p class="device-code-value numbers" data-testid="code" data-url={code.url} dir="ltr">
                {code.code}
              </p>
              <p class="link-left numbers" role="timer">
                {left === 0
                  ? t("device-code-over")
                  : t("device-code-left", { time: clockFace(left) })}
              </p>
            </div>
          </div>
          {replaces && <p class="dialog-text">{t("device-code-replaces")}</p>}
        </>
      )}
      <button
        type="button"
        class="button"
        data-testid="code-close"
        onClick={() => desk.closeCode()}
      >
        {t("device-list")}
      </button>
    </section>
  );
}
