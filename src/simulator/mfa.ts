import { createHmac } from 'node:crypto';
import { base32 } from './identifiers.ts';
import type { User } from './principals.ts';

const stepMs = 30_000;

/** A virtual MFA device of a user: six digits every half minute, by SHA-1 as RFC 6238 says. */
export class MfaDevice {
  readonly serial: string;
  readonly user: User;
  readonly #seed: Buffer;
  #lastStep = Number.NEGATIVE_INFINITY;

  constructor(serial: string, user: User, seed: Buffer) {
    this.serial = serial;
    this.user = user;
    this.#seed = seed;
  }

  /** The seed as an authenticator app takes it. */
  get secret(): string {
    const bits = [...this.#seed].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    return (bits.match(/.{1,5}/g) ?? []).map((five) => base32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
  }

  codeAt(time: Date): string {
    return this.#code(Math.floor(time.getTime() / stepMs));
  }

  /** Whether this is the code of now, or of a step before or after; each counts once, and none after a later one. */
  takes(code: string, now: Date): boolean {
    const current = Math.floor(now.getTime() / stepMs);
    const step = [current, current - 1, current + 1].find((one) => one > this.#lastStep && this.#code(one) === code);
    if (step === undefined) return false;
    this.#lastStep = step;
    return true;
  }

  #code(step: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const digest = createHmac('sha1', this.#seed).update(counter).digest();
    const offset = digest.at(-1)! & 15;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }
}
