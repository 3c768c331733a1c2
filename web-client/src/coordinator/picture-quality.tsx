/** In the row of a call: how each side's picture arrives, as a line, a score and frames a second. */
import type { JSX } from "preact";
import type { ActiveRow, PictureQuality } from "../core/protocol";
import { keyOf } from "../core/quality-history";
import { isStill, nameOf, picturesOf } from "../core/standstill";
import { Icon, type IconName } from "../ui/icons";
import { Sparkline } from "../ui/sparkline";
import type { Board } from "./app";

/** One line a picture. */
export function PictureCell({ board, row }: { board: Board; row: ActiveRow }): JSX.Element {
  return (
    <span class="cell-lines">
      {picturesOf(board.quality, row.call).map((picture) => (
        <PictureLine key={nameOf(picture.from)} board={board} row={row} picture={picture} />
      ))}
    </span>
  );
}

const ICON: Record<PictureQuality["from"]["role"], IconName> = {
  tablet: "person",
  interpreter: "speech",
  guest: "addPerson",
  coordinator: "eye",
  // In no call.
  administrator: "person",
};

function PictureLine(props: {
  board: Board;
  row: ActiveRow;
  picture: PictureQuality;
}): JSX.Element {
  const { board, row, picture } = props;
  const { t } = board;
  const { from, motion, figures } = picture;
  const scores = board.history.value.get(keyOf(row.call, from)) ?? [];
  return (
    <span
      class="picture-line numbers"
      data-testid="picture-quality"
      data-from={nameOf(from)}
      data-motion={motion}
      data-score={figures?.score ?? ""}
      data-fps={figures?.fps ?? ""}
    >
      <span class="picture-of" title={t(`picture-${from.role}`)}>
        <Icon name={ICON[from.role]} />
        <span class="visually-hidden">{t(`picture-${from.role}`)}</span>
      </span>
      {motion !== "off" && <Sparkline scores={scores} />}
      {motion === "moving" && figures ? (
        <>
          <strong title={t("picture-score")}>{figures.score}</strong>
          <span>{t("picture-fps", { fps: String(figures.fps) })}</span>
        </>
      ) : (
        <span class={`picture-words ${isStill(motion) ? "level-3" : ""}`}>
          {motion !== "moving" && t(`picture-${motion.replace("_", "-")}`)}
        </span>
      )}
    </span>
  );
}
