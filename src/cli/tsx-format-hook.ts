import { hasModuleSyntax } from './module-syntax.ts';

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
}

/** A `module.register` hook that runs before the one of tsx, which treats a .ts file in a CommonJS package as CommonJS. */
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
