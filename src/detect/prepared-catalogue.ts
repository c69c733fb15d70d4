import { type PreparedPass, prepare } from './first-pass.ts';
import { families } from './rules/catalogue.ts';

/** What is known of the catalogue before its rules are made. */
export interface PreparedCatalogue {
  /** How many rules each family has. */
  readonly sizes: readonly number[];
  readonly pass: PreparedPass;
  /** The rules whose findings are half of a key, by their ids. */
  readonly halves: readonly string[];
}

/** From source all rules are made for it; the build puts what this gives in the place of this file, so that a text in which nothing is found needs no rule. */
export const preparedCatalogue = (): PreparedCatalogue => ({
  sizes: families.map((family) => family().length),
  pass: prepare(families.flatMap((family) => family())),
  halves: families.flatMap((family) => family()).flatMap(({ id, partners }) => (partners === undefined ? [] : [id, ...partners])),
});
