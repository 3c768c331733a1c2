/** Links of accounts, and what a page says of a refusal. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  accountLinkIn,
  accountProblem,
  accountText,
  PROVIDER_PROBLEMS,
  providerProblemIn,
  providerText,
} from "./account";
import { GatewayError } from "./gateway";

describe("accounts", () => {
  it("takes the code of a link out of the address, and nothing else", () => {
    expect(accountLinkIn("#account=0f1e")).toBe("0f1e");
    expect(accountLinkIn("#invite=0f1e")).toBeNull();
    expect(accountLinkIn("")).toBeNull();
  });

  it("has a text id for every refusal, known or not", () => {
    const text = (code: string) => accountText(accountProblem(new GatewayError(code, "")));
    expect(text("sign_in_wrong")).toBe("account-problem-sign-in-wrong");
    expect(text("of_tomorrow")).toBe("account-problem-failed");
    expect(accountText(accountProblem(new Error("x")))).toBe("account-problem-failed");
  });

  it("takes what went wrong at the provider out of the address, by its stable id only", () => {
    expect(providerProblemIn("#sign-in=oidc_gone")).toBe("oidc_gone");
    expect(providerProblemIn("#sign-in=<b>of_tomorrow</b>")).toBe("oidc_failed");
    expect(providerProblemIn("#account=0f1e")).toBeNull();
    expect(providerProblemIn("")).toBeNull();
  });

  it("has a text for each of them", () => {
    const file = new URL("../../locales/fr/consoles.ftl", import.meta.url).pathname;
    const texts = readFileSync(file, "utf8");
    for (const problem of PROVIDER_PROBLEMS) {
      expect(texts).toContain(`\n${providerText(problem)} = `);
    }
  });
});
