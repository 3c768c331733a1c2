/** The administrator's entry. */
import "../ui/tokens.css";
import "../ui/base.css";

import { effect } from "@preact/signals";
import type { FtlFiles } from "../core/texts";
import { startPage } from "../ui/page";
import { AdministratorApp } from "./app";
import "./administrator.css";

const FILES = import.meta.glob(
  "../../locales/*/{common,consoles,administrator,devices,self-test}.ftl",
  {
    query: "?raw",
    import: "default",
  },
) as FtlFiles;

void startPage("administrator", FILES, (page) => {
  effect(() => {
    document.title = `${page.texts.value("admin-title")} · Passerelle`;
  });
  return <AdministratorApp page={page} />;
});
