import { homedir } from 'node:os';

/** This user's home folder, as `os.homedir()` gives it. Where the environment names it, which is nearly everywhere, `os` is not loaded: a commit waits for this. */
export const homeFolder = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string =>
  env[platform === 'win32' ? 'USERPROFILE' : 'HOME'] || homedir();
