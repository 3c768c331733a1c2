// A real mail server on this machine, which takes every mail and keeps it for a test.
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail that came. */
export interface Mail {
  readonly to: readonly string[];
  /** Decoded. */
  readonly text: string;
}

/** See the module. */
export class MailServer {
  readonly #server: SMTPServer;
  readonly #mails: Mail[] = [];
  readonly #waiting: ((mail: Mail) => void)[] = [];

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onData: (stream, session, taken) => {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
          const to = session.envelope.rcptTo.map((one) => one.address);
          this.#take({ to, text: decoded(Buffer.concat(parts).toString("latin1")) });
          taken();
        });
      },
    });
  }

  /** Listens on a free port of this machine. */
  static async start(): Promise<MailServer> {
    const mails = new MailServer();
    await new Promise<void>((resolve) => {
      mails.#server.listen(0, "127.0.0.1", () => resolve());
    });
    return mails;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** The next mail, which may have come. */
  next(): Promise<Mail> {
    const mail = this.#mails.shift();
    if (mail !== undefined) return Promise.resolve(mail);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #take(mail: Mail): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#mails.push(mail);
    else waiting(mail);
  }
}

/** The body: quoted-printable (RFC 2045 §6.7) or Base64. */
function decoded(mail: string): string {
  const [head = "", ...rest] = mail.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  if (/^content-transfer-encoding: base64/im.test(head)) {
    return Buffer.from(body, "base64").toString("utf8");
  }
  const bytes = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, byte: string) =>
      String.fromCharCode(Number.parseInt(byte, 16)),
    );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
