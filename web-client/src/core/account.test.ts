/** Links of accounts, and what a page says of a refusal. */
import { describe, expect, it } from "vitest";
import { accountLinkIn, accountProblem, accountText } from "./account";
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
});
