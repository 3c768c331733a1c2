// A provider by which people sign in, beside the gateway: `oidc-provider`, which the OpenID
// Foundation has certified, so that the gateway is tried against somebody else's reading of the
// standard. Over TLS, with a certificate that only `oidc.ca` makes believable, and under another name
// than the gateway's, so that browsers take one for a stranger to the other.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Page } from "@playwright/test";
import { type Context, Provider } from "oidc-provider";
import type { Gateway } from "./gateway.ts";

/** How it is set up. */
export interface Habits {
  /** It refuses whoever brings no proof (RFC 7636), or knows of none. */
  readonly proof: boolean;
  /** It signs what it says of somebody. */
  readonly signed: boolean;
}

/** What it knows of people, by the login that they type. */
const PEOPLE: Record<string, object> = {
  chef: { name: "Paule Chef", roles: ["agents", "relais-coordination"] },
  claire: { name: "Claire Petit", roles: ["relais-interpretes"], number: 5 },
  other: { name: "Jean Autre", roles: ["agents"] },
};

const CLIENT = { id: "passerelle", secret: "geheimnis-of-the-client" };
const SCOPES = "openid profile email";
const LOGIN = "/login/";

/** See the file. */
export class Authority {
  private server: Server | null = null;
  private port = 0;
  /** Where browsers were sent to begin. */
  readonly asked: URL[] = [];

  private constructor(
    private readonly gateway: Gateway,
    private readonly certificate: { cert: Buffer; key: Buffer },
    private readonly habits: Habits,
  ) {}

  /** Starts one, and tells the gateway of it, which is started again. */
  static async beside(
    gateway: Gateway,
    habits: Habits,
    more: Record<string, string> = {},
  ): Promise<Authority> {
    const file = join(gateway.dataDir, "tls/development.pem");
    const [cert, key] = await Promise.all([
      readFile(file),
      readFile(file.replace(/pem$/, "key.pem")),
    ]);
    const authority = new Authority(gateway, { cert, key }, habits);
    await authority.start();
    await gateway.terminate();
    await gateway.startAgain({
      PASSERELLE__OIDC__ISSUER: authority.issuer,
      PASSERELLE__OIDC__CLIENT_ID: CLIENT.id,
      PASSERELLE__OIDC__CLIENT_SECRET: CLIENT.secret,
      PASSERELLE__OIDC__CA: file,
      PASSERELLE__OIDC__LABEL: "le compte de la ville",
      PASSERELLE__OIDC__ROLE_CLAIM: "realm_access.roles",
      PASSERELLE__OIDC__ROLES:
        '[{value="relais-coordination",role="coordinator"},{value="relais-interpretes",role="interpreter"}]',
      PASSERELLE__OIDC__INTERPRETER_CLAIM: "number",
      ...more,
    });
    return authority;
  }

  get issuer(): string {
    return `https://localhost:${this.port}`;
  }

  /** Starts with keys that it has never had, and knows nobody's session any more. */
  async start(): Promise<void> {
    const server = createServer(this.certificate);
    await new Promise<void>((resolve) => {
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    const provider = new Provider(this.issuer, this.configuration());
    const answer = provider.callback();
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? "/", this.issuer);
      if (url.pathname === "/auth") this.asked.push(url);
      if (url.pathname.startsWith(LOGIN)) void signIn(provider, request, response);
      else answer(request, response);
    });
  }

  /** Is away from now on, for connections that are open as well. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private configuration(): object {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { origin } = this.gateway;
    return {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${origin}/api/oidc/callback`],
          post_logout_redirect_uris: [`${origin}/`],
          id_token_signed_response_alg: "RS256",
          ...(this.habits.signed && { userinfo_signed_response_alg: "RS256" }),
        },
      ],
      jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig" }] },
      cookies: { keys: [randomUUID()] },
      claims: { email: ["email", "email_verified"], profile: ["name", "realm_access", "number"] },
      pkce: { required: () => this.habits.proof },
      features: {
        devInteractions: { enabled: false },
        jwtUserinfo: { enabled: true },
        rpInitiatedLogout: { logoutSource: askToLeave },
      },
      interactions: { url: (_: Context, { uid }: { uid: string }) => `${LOGIN}${uid}` },
      findAccount: (_: Context, accountId: string) => ({
        accountId,
        claims: () => said(accountId),
      }),
      loadExistingGrant: agreed,
      ttl: { Session: 3600, Grant: 3600, Interaction: 600, AccessToken: 60, IdToken: 60 },
    };
  }
}

/** Types a login on the provider's page. */
export async function typeAtProvider(page: Page, login: keyof typeof PEOPLE): Promise<void> {
  await page.getByRole("textbox", { name: "login" }).fill(login);
  await page.getByRole("button", { name: "enter" }).click();
}

function said(login: string): object {
  const { roles, ...person } = { roles: [], ...PEOPLE[login] };
  const email = `${login}@example.fr`;
  return {
    sub: `sub-of-${login}`,
    ...person,
    email,
    email_verified: true,
    realm_access: { roles },
  };
}

/** Whoever has signed in has agreed. */
async function agreed({ oidc }: Context): Promise<object> {
  const { client, session, provider } = oidc;
  const { clientId } = client;
  const grant = new provider.Grant({ clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPES);
  await grant.save();
  return grant;
}

/** The page on which somebody types who they are, or says no. */
async function signIn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === "POST") {
    const typed = new URLSearchParams(await text(request));
    const accountId = typed.get("login") ?? "";
    const result = typed.has("no") ? { error: "access_denied" } : { login: { accountId } };
    await provider.interactionFinished(request, response, result);
    return;
  }
  response.setHeader("content-type", "text/html");
  response.end(`<!doctype html><form method="post"><input name="login" aria-label="login">
    <button>enter</button><button name="no">no</button></form>`);
}

/** The page that asks whether somebody wants to leave. */
function askToLeave(context: Context, form: string): void {
  context.body = `<!doctype html>${form}
    <button form="op.logoutForm" name="logout" value="yes">leave</button>`;
}
