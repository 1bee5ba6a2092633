/** Writes docs/events.md from the interfaces in src/machines/events.ts and their doc comments. */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Comment, type ParseResult, parseSync } from 'oxc-parser';

export const EVENTS_SOURCE = 'src/machines/events.ts';
export const EVENTS_DOC = 'docs/events.md';

const INTRODUCTION = `# Events

Every transition of a job and of its tasks is one event. \`job.on\`, \`job.events()\` and \`onEvent\` give these.
<!-- Made by \`npm run docs\` from ${EVENTS_SOURCE}; change that file instead. -->
`;

interface Field {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
}

type Statement = ParseResult['program']['body'][number];
type Interface = Extract<Statement, { type: 'TSInterfaceDeclaration' }>;
type Alias = Extract<Statement, { type: 'TSTypeAliasDeclaration' }>;

/** The Markdown for a source file: a heading and a table for each interface with a literal `type`. */
export function eventsDoc(source: string): string {
  const { program, comments, errors } = parseSync('events.ts', source);
  if (errors[0]) throw new Error(`The events can't be parsed: ${errors[0].message}`);

  const declarations = program.body.map((node) => (node.type === 'ExportNamedDeclaration' ? (node.declaration ?? node) : node));
  const interfaces = new Map(
    declarations.filter((node) => node.type === 'TSInterfaceDeclaration').map((node) => [node.id.name, node]),
  );
  const aliases = new Map(
    declarations.filter((node) => node.type === 'TSTypeAliasDeclaration').map((node) => [node.id.name, node]),
  );
  const docs = new Docs(source, comments);
  const fieldsOf = (node: Interface) => [...collectFields(node, { source, docs, interfaces, aliases }).values()];

  const events = [...interfaces.values()].flatMap((node) => {
    const fields = fieldsOf(node);
    const type = fields.find(({ name }) => name === 'type')?.type.match(/^'(.+)'$/)?.[1];
    if (!type) return [];
    return [`## ${type}\n\n${docs.before(node)}\n\n${table(fields.filter(({ name }) => name !== 'type'))}`];
  });
  const stamp = interfaces.get('EventStamp');
  const common = stamp ? [`Each event also has:\n\n${table(fieldsOf(stamp))}`] : [];
  return `${[INTRODUCTION, ...common, ...events].join('\n')}`;
}

interface Declarations {
  readonly source: string;
  readonly docs: Docs;
  readonly interfaces: ReadonlyMap<string, Interface>;
  readonly aliases: ReadonlyMap<string, Alias>;
}

/** The fields of an interface by name, after those of the interfaces in the same file that it extends. */
function collectFields(node: Interface, declarations: Declarations): Map<string, Field> {
  const { source, docs, interfaces, aliases } = declarations;
  const fields = new Map<string, Field>();
  for (const { expression } of node.extends) {
    const base = interfaces.get(source.slice(expression.start, expression.end));
    if (!base) throw new Error(`${node.id.name} extends an interface of another file, whose fields are not known here`);
    for (const [name, field] of collectFields(base, declarations)) fields.set(name, field);
  }
  for (const member of node.body.body) {
    if (member.type !== 'TSPropertySignature' || !member.typeAnnotation) {
      throw new Error(`${node.id.name} has a member that is not a property with a type`);
    }
    const key = source.slice(member.key.start, member.key.end);
    const type = textOf(member.typeAnnotation.typeAnnotation);
    const name = member.optional ? `${key}?` : key;
    const doc = docs.before(member) || fields.get(key)?.doc;
    if (!doc && key !== 'type') throw new Error(`${node.id.name}.${key} has no doc comment`);
    fields.set(key, { name, type, doc: doc ?? '' });
  }
  return fields;

  /** A name of a type in the same file tells a reader of the document nothing, so it is replaced by that type. */
  function textOf({ start, end }: { start: number; end: number }): string {
    const text = source.slice(start, end);
    const alias = aliases.get(text);
    return alias ? textOf(alias.typeAnnotation) : text;
  }
}

/** Finds the doc comment that ends right before a declaration. */
class Docs {
  readonly #source: string;
  readonly #comments: readonly Comment[];

  constructor(source: string, comments: readonly Comment[]) {
    this.#source = source;
    this.#comments = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'));
  }

  before({ start }: { start: number }): string {
    const comment = this.#comments.findLast(({ end }) => end <= start);
    if (!comment || !/^\s*(export\s+)?$/.test(this.#source.slice(comment.end, start))) return '';
    return comment.value
      .replaceAll(/^[\s*]+/gm, ' ')
      .trim()
      .replaceAll(/\s+/g, ' ');
  }
}

function table(fields: readonly Field[]): string {
  const rows = fields.map(({ name, type, doc }) => `| \`${name}\` | \`${inCell(type)}\` | ${inCell(doc)} |\n`);
  return `| field | type | meaning |\n|---|---|---|\n${rows.join('')}`;
}

function inCell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(EVENTS_DOC, eventsDoc(await readFile(EVENTS_SOURCE, 'utf8')));
}
