export { type TelemetryProviders, type Traced, traced } from './traced.ts';
