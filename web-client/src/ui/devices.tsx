/** The tablets of every site: what is paired as each, a code for one, and taking one away. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import {
  type Code,
  type DeviceDesk,
  type Devices,
  deviceOf,
  isLetIn,
  isUsed,
  type SiteDevices,
  siteOf,
  type TabletDevice,
} from "../core/devices";
import { moment } from "../core/moments";
import type { TabletId } from "../core/protocol";
import { faultText } from "../core/self-test/faults";
import { type ClockSample, clockFace, remaining } from "../core/server-clock";
import type { Texts } from "../core/texts";
import type { Zone } from "../core/zone";
import { QrCode } from "./guest-link";
import { Icon } from "./icons";
import { now } from "./signals";
import "./company.css";
import "./devices.css";

/** Where they are looked after: the coordinators' board, or the administrators' page. */
export interface DevicePlace {
  readonly t: Texts;
  readonly desk: DeviceDesk;
  readonly devices: ReadonlySignal<Devices>;
  readonly clock: readonly ClockSample[];
  readonly zone: Zone;
  /** Whether a call is going on at this tablet; unknown where no calls are seen. */
  readonly calls: (tablet: TabletId) => boolean | "unknown";
}

/** While it is looked at, the list is this fresh: whoever holds the tablet waits to hear "done". */
const FRESH_MS = 2_000;

/** The list, or the code that has just been made. */
export function DeviceList({ place }: { place: DevicePlace }): JSX.Element {
  const { desk, devices, t } = place;
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
      {code ? <CodeCard place={place} code={code} /> : <Sites place={place} sites={sites ?? []} />}
    </div>
  );
}

function Sites(props: { place: DevicePlace; sites: readonly SiteDevices[] }): JSX.Element {
  const { place, sites } = props;
  return (
    <ul class="device-sites">
      {sites
        .filter(({ tablets }) => tablets.length > 0)
        .map(({ site, name, tablets }) => (
          <li key={site}>
            <h3>{name}</h3>
            <ul>
              {tablets.map((device) => (
                <Row key={device.tablet} place={place} device={device} />
              ))}
            </ul>
          </li>
        ))}
    </ul>
  );
}

function Row({ place, device }: { place: DevicePlace; device: TabletDevice }): JSX.Element {
  const { t, desk, devices } = place;
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
          {connected && ` · ${t("device-connected")}`}
        </span>
        <span class="agent-line">{details(place, device)}</span>
        <SelfTestLine place={place} device={device} />
      </span>
      {sure.value ? (
        <Sure
          place={place}
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

/** How its newest test of itself went, and what to do. */
function SelfTestLine(props: { place: DevicePlace; device: TabletDevice }): JSX.Element | null {
  const { place, device } = props;
  const { t } = place;
  const { self_test: test } = device;
  if (!test) return null;
  const when = t("self-test-when", { time: at(place, test.at) });
  const { faults, way, opened_ms: opened, frames_in_10: frames, delay_ms: delay } = test;
  const figures = frames !== null && opened !== null && delay !== null && faults.length === 0;
  return (
    <span
      class={`agent-line ${faults.length > 0 ? "device-faults" : ""}`}
      data-testid="device-self-test"
      data-faults={faults.join(" ")}
      data-way={way ?? ""}
    >
      {when}{" "}
      {faults.length === 0
        ? t("self-test-ok")
        : faults.map((fault) => t(faultText(fault))).join(" ")}
      {way && ` · ${t(`self-test-way-${way}`)}`}
      {figures &&
        ` · ${t("self-test-figures", {
          seconds: Math.round(opened / 100) / 10,
          frames: Math.round(frames / 10),
          delay,
        })}`}
    </span>
  );
}

/** Two steps: a call of this tablet ends with it. */
function Sure(props: { place: DevicePlace; device: TabletDevice; close: () => void }): JSX.Element {
  const { place, device, close } = props;
  const { t, desk, calls } = place;
  const ends = { true: "call", false: "what", unknown: "perhaps" }[`${calls(device.tablet)}`];
  return (
    <div class="device-sure" role="alert">
      <p>{t(`device-remove-${ends}`)}</p>
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
function details(place: DevicePlace, device: TabletDevice): string {
  const { t } = place;
  const { state, since, paired_by: by, seen_on: seen } = device;
  const parts: string[] = [];
  if (since !== null) parts.push(t("device-since", { time: at(place, since) }));
  if (state === "paired" && since !== null) {
    parts.push(by === null ? t("device-by-command") : t("device-by", { session: by }));
  }
  if (seen !== null) parts.push(t("device-seen", { day: day(place, seen) }));
  if (device.code_until !== null) parts.push(t("device-code-open"));
  return parts.join(" · ");
}

function at(place: DevicePlace, when: number): string {
  return moment(place.t.locale, when, Date.now(), place.zone);
}

/** A day as the gateway counts them, in UTC: its noon is the same day everywhere in Europe. */
function day(place: DevicePlace, begins: number): string {
  const noon = begins + 12 * 60 * 60 * 1000;
  const form = { day: "numeric", month: "long", timeZone: place.zone } as const;
  return new Intl.DateTimeFormat(place.t.locale, form).format(noon);
}

/** The code, to be read out or photographed, until it is used or expires. */
function CodeCard({ place, code }: { place: DevicePlace; code: Code }): JSX.Element {
  const { t, desk, devices } = place;
  const used = isUsed(devices.value, code);
  const left = remaining(place.clock, code.until, now.value);
  const site = siteOf(devices.value, code.tablet);
  const replaces = deviceOf(devices.value, code.tablet)?.state === "paired" && !used;
  return (
    <section class="device-code" data-testid="code-card" data-used={used}>
      <h3>
        {t("device-number", { number: code.tablet })}
        {site && ` · ${site.name}`}
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
