import * as vscode from 'vscode';
import { fileOf } from './document-kinds.ts';

/** Every setting and its type; the defaults stand in package.json. */
interface Settings {
  'detect.enabled': boolean;
  'detect.disabledRules': readonly string[];
  'detect.exclude': readonly string[];
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
  const value = vscode.workspace.getConfiguration('keystow', file && fileOf(file)).get<Settings[Id]>(id);
  if (value === undefined) throw new Error(`package.json has no setting keystow.${id}`);
  return value;
}
