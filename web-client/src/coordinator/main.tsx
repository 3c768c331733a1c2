/** The coordinator's entry. */
import "../ui/tokens.css";
import "../ui/base.css";

import { effect } from "@preact/signals";
import { helpWanted } from "../core/board";
import type { FtlFiles } from "../core/texts";
import { startPage } from "../ui/page";
import { CoordinatorApp } from "./app";
import "./coordinator.css";
import "./live.css";
import "./watch.css";

const FILES = import.meta.glob(
  "../../locales/*/{common,consoles,coordinator,devices,self-test}.ftl",
  {
    query: "?raw",
    import: "default",
  },
) as FtlFiles;

void startPage("coordinator", FILES, (page) => {
  effect(() => {
    const t = page.texts.value;
    const title = `${t("board-title")} · Passerelle`;
    const { view } = page.state.value;
    const count = view ? helpWanted(view).length : 0;
    document.title = count === 0 ? title : t("title-help", { count, title });
  });
  // The board has nothing of its own to lose: a new build is loaded at once.
  page.connection.state.watch(({ outdated }) => {
    if (outdated) location.reload();
  });
  return <CoordinatorApp page={page} />;
});
