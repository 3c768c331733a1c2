/** The tablet's entry. */
import "../ui/tokens.css";
import "../ui/base.css";

import type { FtlFiles } from "../core/texts";
import { startPage } from "../ui/page";
import { TabletApp } from "./app";
import "./tablet.css";
import "./waiting.css";
import "./closing.css";
import "../ui/call.css";
import "../ui/company.css";
import "../ui/text.css";
import "./company.css";
import "./planning.css";
import "./ways.css";
import "./enrol.css";

const FILES = import.meta.glob("../../locales/*/{common,tablet}.ftl", {
  query: "?raw",
  import: "default",
}) as FtlFiles;

void startPage("tablet", FILES, (page) => <TabletApp page={page} />);
