// Closes the run with the figures that were measured, what failed and why in a few words, and one plain
// line of counts, the same form for people and for CI, of which often the last lines are all one has.
import { basename } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import { FIGURE, type Figure } from "./figures.ts";

/** Of an error: what was expected, of whom, and what came. */
const REASON_LINES = 4;

/** Counts the outcomes of the run. */
export default class Summary implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;
  private readonly figures: Figure[] = [];
  private readonly failures: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === "passed") this.passed += 1;
    else if (result.status === "skipped") this.skipped += 1;
    else this.fail(test, result);
    for (const { type, description } of result.annotations)
      if (type === FIGURE && description) this.figures.push(JSON.parse(description) as Figure);
  }

  onEnd(_result: FullResult): void {
    for (const { what, value, target, met } of this.figures)
      process.stdout.write(`${met ? "met   " : "missed"} ${value} (target ${target}) ${what}\n`);
    for (const failure of this.failures) process.stdout.write(`\n✘ ${failure}\n`);
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    process.stdout.write(`\nbrowser: ${this.passed} passed, ${this.failed} failed${skipped}\n`);
  }
  private fail({ location, title }: TestCase, { status, errors }: TestResult): void {
    this.failed += 1;
    const why = stripVTControlCharacters(errors[0]?.message ?? status);
    const lines = why.split("\n").filter((line) => line.trim() !== "");
    const place = `${basename(location.file)}:${location.line}`;
    this.failures.push([`${place} › ${title}`, ...lines.slice(0, REASON_LINES)].join("\n    "));
  }
}
