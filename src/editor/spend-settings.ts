import * as vscode from 'vscode';
import { defaultAlertPerHour, defaultSettings, type SpendSettings } from '../spend/spend.ts';
import { setting } from './settings.ts';

/** The settings `keystow.spend.…`; a value that cannot be, which the settings editor marks, counts as the default. */
export function spendSettings(): SpendSettings {
  const regions = setting('spend.regions');
  return {
    pollMinutes: within(setting('spend.pollMinutes'), 1, 60) ?? defaultSettings.pollMinutes,
    regions: Array.isArray(regions) && regions.length > 0 ? regions.map(String) : 'all',
    maxCostPerDay: within(setting('spend.maxCostPerDay'), 0, 100) ?? defaultSettings.maxCostPerDay,
  };
}

/** Above how many US dollars an hour the account of the profile is red. */
export function alertPerHour(profile: string): number {
  const alerts: Readonly<Record<string, unknown>> = setting('spend.alertPerHour');
  return (Object.hasOwn(alerts, profile) ? within(alerts[profile], 0, 1_000_000) : undefined) ?? defaultAlertPerHour;
}

export async function changeAlertPerHour(profile: string, dollars: number): Promise<void> {
  await change('spend.alertPerHour', { ...setting('spend.alertPerHour'), [profile]: dollars });
}

export async function turnSpend(on: boolean): Promise<void> {
  await change('spend.enabled', on);
}

async function change(id: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('keystow').update(id, value, vscode.ConfigurationTarget.Global);
}

function within(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && value >= least && value <= most ? value : undefined;
}
