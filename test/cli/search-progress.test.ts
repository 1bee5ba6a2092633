import test from 'ava';
import { readCheckOptions } from '../../src/check/check-options.ts';
import { SearchProgress } from '../../src/cli/search-progress.ts';

const plan = readCheckOptions([{ name: 'a', run: () => {} }], { maxRetries: 5 });
const flags = { cancel: 'never', timers: 'idle', crash: 'anywhere', delivery: 'exactly-once' } as const;

/** What a search that takes a while writes to a terminal, or to a pipe. */
function written(isTTY: boolean, seconds: readonly number[], of = plan, statesPerSecond = 100): string {
  const { stderr } = process;
  const [now, write, wasTTY] = [performance.now, stderr.write, stderr.isTTY];
  let [time, text] = [0, ''];
  try {
    performance.now = () => time;
    stderr.write = (chunk: unknown) => {
      text += chunk;
      return true;
    };
    stderr.isTTY = isTTY;
    const progress = new SearchProgress(of, flags);
    for (const second of seconds) {
      time = second * 1000;
      progress.note(second * statesPerSecond, second);
    }
    progress.end();
  } finally {
    performance.now = now;
    stderr.write = write;
    stderr.isTTY = wasTTY;
  }
  return text.replaceAll('\r\u001b[2K', '<clear>');
}

test.serial('a terminal has one line about a search, which is gone at its end', (t) => {
  t.is(
    written(true, [1, 1.01, 2]),
    '<clear>Searching: 100 states, depth 1, 1.0 s<clear>Searching: 200 states, depth 2, 2.0 s<clear>',
  );
});

test.serial('a large search comes with advice once, also in a pipe', (t) => {
  t.is(
    written(false, [1, 11, 12]),
    'This is a large search. To finish sooner: shrink it with --backoff 0, --retry-all, --retries 1, --max-concurrency 2, --outcomes returns,throws; or sample it with --walks 1000\n',
  );
});

test.serial('a small search on a busy machine gets no advice', (t) => {
  t.is(written(false, [1, 11, 99], plan, 10), '');
});

test.serial('a search whose retries are simple, or that has none, gets no advice about them', (t) => {
  const tasks = [{ name: 'a', run: () => {} }];
  for (const options of [{ maxRetries: 1, backoff: 0, retryIf: true }, { maxRetries: 0 }] as const) {
    t.notRegex(written(false, [11], readCheckOptions(tasks, options)), /--backoff|--retry-all/);
  }
});
