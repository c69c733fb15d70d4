/** Keystow's own file, at the top of a folder. */
export const baselineName = '.keystow-baseline.jsonl';

/** Those of gitleaks and detect-secrets. */
export const baselinesOfOtherTools = ['.gitleaksignore', '.secrets.baseline'];

/** The files of a folder that say what was accepted. */
export const baselineNames = [baselineName, ...baselinesOfOtherTools];
