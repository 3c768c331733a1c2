/** The interpreter console's entry. */
import "../ui/tokens.css";
import "../ui/base.css";

import type { FtlFiles } from "../core/texts";
import { startPage } from "../ui/page";
import { InterpreterApp } from "./app";
import "./interpreter.css";
import "./agenda.css";
import "./call.css";

const FILES = import.meta.glob("../../locales/*/{common,consoles,interpreter}.ftl", {
  query: "?raw",
  import: "default",
}) as FtlFiles;

void startPage("interpreter", FILES, (page) => <InterpreterApp page={page} />);
