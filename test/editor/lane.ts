// usage: lane.ts FILE...
// One lane of the editor tests: its files share one server, so they run in one process, one after another. Each result is told to the process that started it.
import { whenAbandoned } from '../lifeline.ts';
import { resultsOf } from '../results.ts';

whenAbandoned(() => process.exit(130));
for await (const result of resultsOf({ files: process.argv.slice(2), timeout: 600_000, isolation: 'none' })) process.send?.(result);
process.exit(0);
