import * as vscode from 'vscode';
import { fileOf } from './document-kinds.ts';

/** Every setting but the lists of texts, and its type; the defaults stand in package.json. */
interface Settings {
  'detect.enabled': boolean;
  'detect.codeLens': boolean;
  'detect.generic': boolean;
  'detect.maxFileSizeMb': number;
  'rotation.graceDays': number;
  'terminal.provideProfile': boolean;
  'spend.enabled': boolean;
  'spend.pollMinutes': number;
  'spend.regions': 'all' | readonly string[];
  'spend.alertPerHour': Readonly<Record<string, number>>;
  'spend.maxCostPerDay': number;
}

/** The value of a setting, for a file where its scope is the resource. */
export function setting<Id extends keyof Settings>(id: Id, file?: vscode.Uri): Settings[Id] {
  return vscode.workspace.getConfiguration('keystow', file && fileOf(file)).get<Settings[Id] | null>(id) ?? defaultOf(id); // a file may hold `null`
}

/** A setting that is a list of texts, for a file; a lone text is a list of it, and what else somebody wrote there does not count. */
export function listSetting(id: 'detect.disabledRules' | 'detect.exclude', file?: vscode.Uri): readonly string[] {
  const written = vscode.workspace.getConfiguration('keystow', file && fileOf(file)).get<unknown>(id);
  return [written].flat().filter((one) => typeof one === 'string');
}

/** Of how many megabytes a file is looked at; what is no size of one, as somebody may write it there, does not count. */
export function largestFileMb(): number {
  const megabytes = setting('detect.maxFileSizeMb');
  return megabytes > 0 ? megabytes : defaultOf('detect.maxFileSizeMb');
}

function defaultOf<Id extends keyof Settings>(id: Id): Settings[Id] {
  const value = vscode.workspace.getConfiguration('keystow').inspect<Settings[Id]>(id)?.defaultValue;
  if (value === undefined) throw new Error(`package.json has no setting keystow.${id}`);
  return value;
}
