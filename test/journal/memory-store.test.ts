import test from 'ava';
import { MemoryStore } from '../helpers/memory-store.ts';
import { testStore } from '../helpers/store-contract.ts';

testStore(test, 'the store of the tests', (use) => use(new MemoryStore()));
