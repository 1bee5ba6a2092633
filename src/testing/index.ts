export { assertEvents } from './assert-events.ts';
export type { EventFields, ExpectedEvent } from './event-pattern.ts';
export { EventsMismatchError } from './events-mismatch-error.ts';
export { recordEvents } from './record-events.ts';
export { skippingClock } from './skipping-clock.ts';
export { callsOf, type StubCall, type Stubs, stub } from './stub.ts';
export { fails, never, type OpenStub, returns, type Stub, takes, throws } from './stubs.ts';
