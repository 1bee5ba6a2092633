import { relative, resolve, sep } from 'node:path';
import type { TestPath, TestPathOptions } from '../check/test-paths.ts';
import { defaultRetryIf } from '../runtime/default-retry-if.ts';

/** A test file of AVA, with one test a path. */
export function avaFile(
  paths: readonly TestPath[],
  options: TestPathOptions,
  { file, exportName }: { readonly file: string; readonly exportName: string },
  folder: string,
): string {
  const from = relative(resolve(folder), resolve(file)).split(sep).join('/');
  const specifier = JSON.stringify(from.startsWith('.') ? from : `./${from}`);
  const imported = exportName === 'default' ? 'workflow' : `{ ${exportName} as workflow }`;
  return [
    `// Made by \`tintype paths\`. Make it again when the workflow has changed.`,
    `import test from 'ava';`,
    `import { testPaths } from 'tintype/check';`,
    `import ${imported} from ${specifier};`,
    '',
    `const paths = new Map(testPaths(workflow, ${sourceOf(options)}).map((path) => [path.id, path]));`,
    '',
    'for (const [id, description] of [',
    ...paths.map(({ id, description }) => `  [${JSON.stringify(id)}, ${JSON.stringify(description)}],`),
    ']) {',
    "  test(id + ': ' + description, async (t) => {",
    '    const path = paths.get(id);',
    "    t.truthy(path, 'the workflow has changed: make this file again');",
    '    await t.notThrowsAsync(async () => path?.replay());',
    '  });',
    '}',
  ].join('\n');
}

/** Functions that take the place of those of a retry policy, which the checker doesn't call. */
const STAND_INS: Readonly<Record<string, string>> = { backoff: '() => 0', retryIf: '() => true' };

/** A value as JavaScript. JSON has no Infinity, which options may be. */
function sourceOf(value: unknown): string {
  if (value === Infinity) {
    return 'Infinity';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== defaultRetryIf);
  const sources = entries.map(([key, inner]) => (typeof inner === 'function' ? STAND_INS[key] : sourceOf(inner)));
  return `{${entries.map(([key], index) => `${JSON.stringify(key)}:${sources[index]}`).join()}}`;
}
