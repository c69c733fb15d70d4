import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** May this journal hold a stow that was begun and not ended? Told by the text of its records alone, as every window that starts asks. A folder that cannot be read may: what is wrong with it is said where it is read. */
export async function mayHoldCutOffStow(folder: string): Promise<boolean> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const records = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return records.some((record) => /"state":\s*"begun"/.test(record));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
