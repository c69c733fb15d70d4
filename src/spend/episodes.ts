import { alertOf, type SpendAlert, type SpendReport } from './report.ts';

/** A rate that swings around the alert is one episode: it ends when the rate is well below. */
const overAt = 0.8;

/** Says each time that an account spends more than it may once, however often it is read. */
export class AlertEpisodes {
  /** The alerts that were said and are not over, by profile and account. */
  readonly #said = new Map<string, number>();

  /** The alert, where it is a new one. A changed `alertPerHour` begins a new episode. */
  begun(report: SpendReport, alertPerHour: number): SpendAlert | undefined {
    const whose = JSON.stringify([report.profile, report.account]);
    const alert = alertOf(report, alertPerHour);
    const said = this.#said.get(whose) === alertPerHour;
    if (alert) {
      this.#said.set(whose, alertPerHour);
      return said ? undefined : alert;
    }
    if (!said || report.perHour.likely <= alertPerHour * overAt) this.#said.delete(whose);
    return undefined;
  }
}
