import { UserError } from '../message.ts';

/**
 * The keychain was asked and gave no answer in time. The question itself cannot be taken back: until the system gives it up (with D-Bus after
 * 25 to 50 seconds) it keeps this process from ending, even by process.exit. A short-lived command has to end by a signal, or by execve.
 */
export class SilentKeychainError extends UserError {}

/** The keychain answers and is open, and an item that Keystow stored there is gone. */
export class MissingItemError extends UserError {}

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/** The keychain's library could not be loaded. */
export function notLoaded({ platform }: Pick<Surroundings, 'platform'>, cause: unknown): UserError {
  if (platform === 'linux') {
    return new UserError(
      'The keychain cannot be used: the library libsecret is missing. Install it (Debian, Ubuntu: apt install libsecret-1-0; Fedora: dnf install libsecret), then try again.',
      {},
      { cause },
    );
  }
  return new UserError('The keychain cannot be used: its library does not load on this system ({platform}).', { platform }, { cause });
}

export function notAnswered({ platform }: Pick<Surroundings, 'platform'>, seconds: number): SilentKeychainError {
  return new SilentKeychainError(
    pick(platform, {
      darwin:
        'The keychain did not answer within {seconds} seconds. It may be waiting for you: unlock it, over SSH with "security unlock-keychain", then try again.',
      win32:
        'The keychain did not answer within {seconds} seconds. It may be waiting for you: sign in to Windows and open Credential Manager, then try again.',
      linux:
        'The keychain did not answer within {seconds} seconds. It may be waiting for you: unlock it in your desktop’s password manager, such as "Passwords and Keys", then try again.',
    }),
    { seconds },
  );
}

/** The keychain says that it holds nothing where something of Keystow's must be. */
export function locked({ platform }: Pick<Surroundings, 'platform'>, indexFile: string): UserError {
  return new UserError(
    pick(platform, {
      darwin:
        'The keychain is locked or not reachable: unlock it, over SSH with "security unlock-keychain", then try again. If you have reset your keychain, so that what Keystow kept there is gone, delete {index}.',
      win32:
        'The keychain is locked or not reachable: sign in to Windows and open Credential Manager, then try again. If you have reset your keychain, so that what Keystow kept there is gone, delete {index}.',
      linux:
        'The keychain is locked or not reachable: unlock it in your desktop’s password manager, such as "Passwords and Keys", then try again. If you have reset your keychain, so that what Keystow kept there is gone, delete {index}.',
    }),
    { index: indexFile },
  );
}

/** What an error of the keychain's library means for a person. Its own words follow the remedy; they never hold a secret. */
export function keychainError({ env, platform }: Surroundings, error: unknown): UserError {
  const said = error instanceof Error ? error.message : String(error);
  const cause = { cause: error };
  if (platform === 'linux') {
    if (/ServiceUnknown|was not provided by any|org\.freedesktop\.secrets/.test(said)) {
      return new UserError(
        'No keychain is running here. Install and start one (Debian, Ubuntu: apt install gnome-keyring; KeePassXC and KWallet will do as well), sign in again, then try again. ({said})',
        { said },
        cause,
      );
    }
    if (/does not exist at path/.test(said)) {
      return new UserError(
        'The keychain that is running here has no keyring to write to. Create one named "Login" in your password manager, such as "Passwords and Keys", or sign out and in again, then try again. ({said})',
        { said },
        cause,
      );
    }
    if (/\block|dismissed|prompt/i.test(said)) {
      return new UserError(
        'The keychain is locked: unlock it in your desktop’s password manager, such as "Passwords and Keys", then try again. ({said})',
        { said },
        cause,
      );
    }
    if (/D-?Bus|bus|connect/i.test(said) || !env.DBUS_SESSION_BUS_ADDRESS) {
      return new UserError(
        'The keychain cannot be reached: this session has no D-Bus. Install it (Debian, Ubuntu: apt install dbus-user-session) and sign in again, or run the program under dbus-run-session. ({said})',
        { said },
        cause,
      );
    }
  }
  if (platform === 'darwin' && /-25308|-25293|interaction is not allowed/i.test(said)) {
    return new UserError(
      'The keychain is locked: unlock it, over SSH with "security unlock-keychain", then try again. ({said})',
      { said },
      cause,
    );
  }
  const text = pick(platform, {
    darwin: 'The keychain failed: {said}. If it is locked, unlock it, over SSH with "security unlock-keychain", then try again.',
    win32: 'The keychain failed: {said}. If it is locked, sign in to Windows and open Credential Manager, then try again.',
    linux:
      'The keychain failed: {said}. If it is locked, unlock it in your desktop’s password manager, such as "Passwords and Keys", then try again.',
  });
  return new UserError(text, { said }, cause);
}

/** The sentence for this platform: each has its own way to unlock a keychain. */
function pick(platform: NodeJS.Platform, sentences: Readonly<Record<'darwin' | 'win32' | 'linux', string>>): string {
  return platform === 'darwin' || platform === 'win32' ? sentences[platform] : sentences.linux;
}
