// Can't be loaded.
throw new SyntaxError('broken from the start');
