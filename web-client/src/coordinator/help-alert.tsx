/** Who asks for help, above everything else and announced at once. */
import type { JSX } from "preact";
import { helpWanted } from "../core/board";
import { interpreterName, languageName, siteName } from "../core/names";
import type { InterpreterRow } from "../core/protocol";
import { Icon } from "../ui/icons";
import type { Board } from "./app";

/** The region is always there, so that its first line is announced too. */
export function HelpAlert({ board }: { board: Board }): JSX.Element {
  const wanted = helpWanted(board.view);
  return (
    <div role="alert" class="help-alert" data-testid="help-alert" data-count={wanted.length}>
      {wanted.map((row) => (
        <p key={row.interpreter} class="notice alarm" data-id={row.interpreter}>
          <Icon name="bell" />
          <span>{sentence(board, row)}</span>
        </p>
      ))}
    </div>
  );
}

function sentence(board: Board, row: InterpreterRow): string {
  const { t, directory, view } = board;
  const name = interpreterName(directory, row.interpreter);
  const asks = t("help-alert", { name, reason: t(`help-reason-${row.help}`) });
  const call = view.active.find((active) => active.interpreter === row.interpreter);
  if (!call) return asks;
  const language = languageName(directory, call.language, t.locale);
  return `${asks} · ${language} · ${siteName(directory, call.site)}`;
}
