/** The coordinator's entry. */
import "../ui/tokens.css";
import "../ui/base.css";

import { effect } from "@preact/signals";
import type { FtlFiles } from "../core/texts";
import { startPage } from "../ui/page";
import { CoordinatorApp } from "./app";
import "./coordinator.css";

const FILES = import.meta.glob("../../locales/*/{common,coordinator}.ftl", {
  query: "?raw",
  import: "default",
}) as FtlFiles;

void startPage("coordinator", FILES, (page) => {
  effect(() => {
    document.title = `${page.texts.value("board-title")} · Passerelle`;
  });
  // The board has nothing of its own to lose: a new build is loaded at once.
  page.connection.state.watch(({ outdated }) => {
    if (outdated) location.reload();
  });
  return <CoordinatorApp page={page} />;
});
