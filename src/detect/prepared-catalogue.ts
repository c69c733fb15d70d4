import { type PreparedPass, prepare } from './first-pass.ts';
import { allRules, groups } from './rules/catalogue.ts';

/** What is known of the catalogue before its rules are made. */
export interface PreparedCatalogue {
  /** How many rules each group has. */
  readonly sizes: readonly number[];
  readonly pass: PreparedPass;
  /** The rules whose findings are half of a key, by their ids. */
  readonly halves: readonly string[];
}

/** From source all rules are made for it; the build puts what this gives in the place of this file, so that a text in which nothing is found needs no rule. */
export const preparedCatalogue = (): PreparedCatalogue => ({
  sizes: groups.map((group) => group().length),
  pass: prepare(groups.flatMap((group) => group())),
  halves: allRules().flatMap(({ id, partners }) => (partners === undefined ? [] : [id, ...partners])),
});
