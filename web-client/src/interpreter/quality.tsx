/**
 * How well the pictures arrive, small on top of the call: the visitor's as a line and in figures,
 * one's own as the gateway gets it. Words only when a picture is choppy for a while.
 */
import type { JSX } from "preact";
import type { CallId, PictureQuality } from "../core/protocol";
import { gradeOf, keyOf } from "../core/quality-history";
import { isSame, mainPicture, picturesOf } from "../core/standstill";
import { useNetworkTexts } from "../ui/network-help";
import { Sparkline } from "../ui/sparkline";
import type { Console } from "./app";

/** So many seconds in a row are no accident. */
const CHOPPY_SECONDS = 3;

/** The two chips; of a voice alone, only the round trip. */
export function QualityChips(props: { desk: Console; call: CallId; voice: boolean }): JSX.Element {
  const { desk, call, voice } = props;
  const t = desk.page.texts.value;
  const { quality: told, identity } = desk.page.state.value;
  const pictures = voice ? [] : picturesOf(told, call);
  const main = mainPicture(pictures, identity);
  const own = pictures.find(({ from }) => isSame(from, identity));
  const { quality } = desk.media.value;
  const round = (value: number, digits: number) =>
    new Intl.NumberFormat(t.locale, { maximumFractionDigits: digits }).format(value);
  return (
    <>
      <span class="quality numbers" data-testid="quality" data-fps={quality ? quality.fps : ""}>
        {main && <Line desk={desk} call={call} picture={main} choppy="quality-choppy" />}
        {quality &&
          !voice &&
          t("quality", {
            fps: round(quality.fps, 0),
            width: String(quality.width),
            height: String(quality.height),
            loss: round(quality.lossPercent, 1),
          })}{" "}
        {quality?.roundTripMs != null &&
          t("quality-round-trip", { ms: round(quality.roundTripMs, 0) })}
        <WayChip desk={desk} />
      </span>
      {own?.figures && own.motion === "moving" && (
        <span
          class="quality numbers"
          data-testid="quality-self"
          data-score={own.figures.score}
          data-fps={own.figures.fps}
        >
          <Line desk={desk} call={call} picture={own} choppy="quality-choppy-self" />
          {t("quality-self", { fps: round(own.figures.fps, 0) })}
        </span>
      )}
    </>
  );
}

/** The way video takes, and that a quicker one is closed. */
function WayChip({ desk }: { desk: Console }): JSX.Element | null {
  const t = useNetworkTexts(desk.page.texts.value.locale);
  const diagnosis = desk.network.value;
  if (!t || !diagnosis?.way) return null;
  const { way, steps } = diagnosis;
  const closed = steps.some(({ name, state }) => name === "udp" && state === "blocked");
  return (
    <span data-testid="way" data-way={way}>
      {`· ${t(`network-way-${way}`)}`}
      {way !== "udp" && closed && ` (${t("network-udp-closed")})`}
    </span>
  );
}

function Line(props: {
  desk: Console;
  call: CallId;
  picture: PictureQuality;
  choppy: string;
}): JSX.Element {
  const { desk, call, picture, choppy } = props;
  const scores = desk.history.value.get(keyOf(call, picture.from)) ?? [];
  const last = scores.slice(-CHOPPY_SECONDS);
  const isChoppy = last.length === CHOPPY_SECONDS && last.every((one) => gradeOf(one) === "bad");
  return (
    <>
      <Sparkline scores={scores} />
      {isChoppy && picture.motion === "moving" && (
        <strong class="quality-choppy">{desk.page.texts.value(choppy)}</strong>
      )}
    </>
  );
}
