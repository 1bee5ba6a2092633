/** The names that contain a query, ignoring case; an empty query matches all. */
export function matching(names: readonly string[], query: string): string[] {
  const wanted = query.trim().toLowerCase();
  return wanted === '' ? [...names] : names.filter((name) => name.toLowerCase().includes(wanted));
}

/** The match after or before the current one, which may not be a match itself. */
export function nextMatch(matches: readonly string[], current: string | undefined, step: 1 | -1): string | undefined {
  const index = current === undefined ? -1 : matches.indexOf(current);
  if (index === -1) {
    return step === 1 ? matches[0] : matches.at(-1);
  }
  return matches[(index + step + matches.length) % matches.length];
}
