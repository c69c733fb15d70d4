import { isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { UserError } from '../message.ts';
import { type HookKind, hookCommand } from './hook-command.ts';

/** The configuration of lefthook or pre-commit with our hook, or without it; comments and order stay. @throws UserError naming file and line */
export function changeYaml(
  before: string,
  action: 'install' | 'remove',
  { kind, file }: { readonly kind: HookKind; readonly file: string },
): string {
  const document = parseDocument(before);
  const [error] = document.errors;
  if (error) {
    throw new UserError('{file}, line {line}: {reason} Mend it, then try again.', {
      file,
      line: error.linePos?.[0].line ?? 1,
      reason: error.message.split('\n', 1)[0]!,
    });
  }
  if (kind === 'lefthook') {
    const path = ['pre-commit', 'commands', 'keystow'];
    if (action === 'install') document.setIn(path, document.createNode({ run: hookCommand }));
    else document.deleteIn(path);
  } else if (action === 'install') {
    const local = {
      repo: 'local',
      hooks: [
        {
          id: 'keystow',
          name: 'no commit with a secret (keystow)',
          entry: `sh -c '${hookCommand.replaceAll("'", "'\\''")}'`,
          language: 'system',
          pass_filenames: false,
          always_run: true,
        },
      ],
    };
    if (isSeq(document.get('repos'))) document.addIn(['repos'], document.createNode(local));
    else document.set('repos', document.createNode([local]));
  } else {
    const repos = document.get('repos') as YAMLSeq;
    const isOurs = (index: number) => document.getIn(['repos', index, 'hooks', 0, 'id']) === 'keystow';
    const index = isSeq(repos) ? repos.items.findIndex((_, at) => isOurs(at)) : -1;
    if (index < 0) throw new UserError('{file}: the hook of Keystow is not where it was put. Take it out yourself.', { file });
    document.deleteIn(['repos', index]);
  }
  return document.toString({ lineWidth: 0 });
}
