import { hasModuleSyntax } from './module-syntax.ts';

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
}

/** A hook of `module.register` that goes before that of tsx, which takes a .ts file in a package of CommonJS for CommonJS. */
export async function resolve(
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => Promise<Resolved>,
): Promise<Resolved> {
  const resolved = await next(specifier, context);
  const isModule =
    resolved.format === 'commonjs' && resolved.url.startsWith('file:') && hasModuleSyntax(withoutQuery(resolved.url));
  return isModule ? { ...resolved, format: 'module' } : resolved;
}

const withoutQuery = (url: string): string => url.replace(/[?#].*/s, '');
