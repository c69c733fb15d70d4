import { posix, win32 } from 'node:path';

/** Where Keystow keeps its own files, the same for every editor and the command. All of them are for the owner only (0700). */
export interface Places {
  /** What must survive: encrypted sessions, journals, the launcher, the names of the keychain items. */
  readonly data: string;
  /** What may be deleted at any time. */
  readonly cache: string;
  /** Sockets and locks. */
  readonly runtime: string;
  /** The path that `credential_process` names: never a space in it, unless the home folder's own path has one. */
  readonly launcher: string;
}

/**
 * The folders of this platform; nothing is created. A relative path in an XDG variable is ignored, as its specification asks
 * (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
export function places(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): Places {
  const { join, isAbsolute, sep } = platform === 'win32' ? win32 : posix;
  const folder = (variable: string, otherwise: string): string => {
    const value = env[variable];
    return value !== undefined && isAbsolute(value) ? value : otherwise;
  };

  // as `inFolder`, on the platform that is given
  const within = (path: string, ...names: readonly string[]): string => [path, ...names].join(sep);

  if (platform === 'win32') {
    const data = join(folder('LOCALAPPDATA', within(home, 'AppData', 'Local')), 'Keystow');
    return { data, cache: within(data, 'cache'), runtime: within(data, 'run'), launcher: within(data, 'bin', 'keystow.cmd') };
  }
  if (platform === 'darwin') {
    const data = join(home, 'Library', 'Application Support', 'Keystow');
    return {
      data,
      cache: join(home, 'Library', 'Caches', 'Keystow'),
      runtime: within(data, 'run'),
      launcher: join(home, '.keystow', 'bin', 'keystow'),
    };
  }
  const data = join(folder('XDG_DATA_HOME', within(home, '.local', 'share')), 'keystow');
  const runtime = env.XDG_RUNTIME_DIR;
  return {
    data,
    cache: join(folder('XDG_CACHE_HOME', within(home, '.cache')), 'keystow'),
    runtime: runtime !== undefined && isAbsolute(runtime) ? join(runtime, 'keystow') : within(data, 'run'),
    launcher: within(data, 'bin', 'keystow'),
  };
}
